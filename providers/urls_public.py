"""The front door: the parents' search, and the outlines its map shows."""

from django.urls import path

from providers.views import search

urlpatterns = [
    path("", search.page, name="search"),
    path("map/districts/", search.outlines, name="district_outlines"),
]
