"""Where a person is logged in. Not allauth's page: that one deletes dead sessions while it is read."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.permissions import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """Anybody with an account looks for a device that is not theirs; one tap ends all sessions but this one."""
    known = UserSession.objects.filter(user=request.user).order_by("created_at")
    alive = [session for session in known if session.exists()]
    if request.method == "POST":
        for session in known:
            if session.session_key != request.session.session_key:
                session.end()
        messages.success(request, _("You are logged out everywhere else."))
        return redirect("usersessions_list")
    return render(request, "usersessions/usersession_list.html", {"sessions": alive, "session_count": len(alive)})
