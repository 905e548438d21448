"""Paging of the lists of quotas."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page of a list that was asked for; a number beyond the end gives the last page."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
