"""Addresses of API version 1. Each app adds its own with one line; the portal names them by string only."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal.api import docs, views

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", docs.page, name="api_docs"),
    path("areas/", views.Areas.as_view(), name="api_areas"),
    path("notices/", views.Notices.as_view(), name="api_notices"),
    path("notices/<uuid:public_id>/", views.Notice.as_view(), name="api_notice"),
    path("runs/<uuid:public_id>/", views.RunPage.as_view(), name="api_run"),
    path("", include("providers.api.urls")),
]
