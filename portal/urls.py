"""Every address of the site. Apps are named by string: the portal imports none of them."""

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from portal.permissions import signed_in
from portal.views import errors, sessions

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", include("portal.views.urls")),
    path("", include("providers.urls_public")),
    path("providers/", include("providers.urls")),
    path("enrolments/", include("enrolments.urls")),
    path("inspections/", include("inspections.urls")),
    path("subsidies/", include("subsidies.urls")),
    path("quotas/", include("quotas.urls")),
    # allauth's page of addresses writes when it is read; the address stands on the account page.
    path("accounts/email/", signed_in(RedirectView.as_view(pattern_name="account")), name="no_email_page"),
    path("accounts/sessions/", sessions.page, name="usersessions_list"),  # in the place of allauth's
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("portal.api.urls")),
]
