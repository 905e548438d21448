"""The address of the parents' search: the front door."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
