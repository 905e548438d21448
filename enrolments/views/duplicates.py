"""Two records of one child: the district officer looks at both, masked, and joins them or keeps them apart."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from enrolments.actions import children
from enrolments.forms.children import ApartForm
from enrolments.permissions import SAMPLE_READERS, duplicates_visible_to
from enrolments.queries.duplicates import original_of, side_by_side
from portal.permissions import officials
from portal.problems import Refusal

PAGE = 25


@officials(*SAMPLE_READERS)
def index(request: HttpRequest) -> HttpResponse:
    """A district officer sees which numbers stand on two records; one tap to a pair."""
    rows = duplicates_visible_to(request.user).select_related("child").order_by("recorded_at", "pk")
    return render(
        request, "enrolments/duplicates.html", {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))}
    )


@officials(*SAMPLE_READERS)
def pair(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A district officer compares two records and decides; one page, one button each."""
    identity = get_object_or_404(
        duplicates_visible_to(request.user).select_related("child"), child__public_id=public_id
    )
    first = original_of(identity)
    form = ApartForm(request.POST if "apart" in request.POST else None)
    try:
        if "join" in request.POST:
            children.join_children(identity.child_id, into_id=first.pk, by=request.user)
            messages.success(request, _("Both records are one child from now on."))
            return redirect("enrolments:duplicates")
        if form.is_valid():
            children.keep_apart(identity.child_id, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(
                request, _("The records stay apart. The wrong number was deleted and must be entered again.")
            )
            return redirect("enrolments:duplicates")
    except Refusal as fact:
        messages.error(request, fact.message)
        return redirect("enrolments:duplicate", public_id)
    context = {"identity": identity, "form": form, "records": side_by_side(first, identity.child)}
    return render(request, "enrolments/duplicate.html", context, status=422 if request.method == "POST" else 200)
