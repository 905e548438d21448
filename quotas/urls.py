"""Addresses of quotas."""

from django.urls import path

from quotas.views import figures, reports

app_name = "quotas"
urlpatterns = [
    path("", figures.overview, name="public"),
    path("live/", figures.today, name="live"),
    path("areas/<str:code>/", figures.area_page, name="area"),
    path("reports/", reports.listing, name="reports"),
    path("reports/<uuid:public_id>/", reports.page, name="report"),
    path("reports/<uuid:public_id>/excel/", reports.excel, name="excel"),
]
