"""Addresses of providers in the API."""

from django.urls import path

from providers.api import register
from providers.api.search import search

urlpatterns = [
    path("search/", search, name="api_search"),
    path("providers/", register.Providers.as_view(), name="api_providers"),
    path("providers/<uuid:public_id>/", register.OneProvider.as_view(), name="api_provider"),
    path("providers/<uuid:public_id>/vacancies/", register.Vacancies.as_view(), name="api_vacancies"),
]
