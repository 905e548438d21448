"""What every list page and every form page of inspections does the same way."""

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from portal.problems import Refusal

PAGE_SIZE = 30


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page of a list that was asked for; a number beyond the end gives the last page."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def refused(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    """Show an action's refusal beside the form that caused it."""
    form.add_error(field, refusal.message)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing at all; None on GET, so that the form is fresh."""
    return request.POST if request.method == "POST" else None
