"""Paging of every list of the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from portal.api.problems import InvalidParameter
from portal.numbers import whole


class Pages(PageNumberPagination):
    """50 rows a page, or `page_size` up to 200; a size that is none is refused, not guessed."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """How many rows a page has, or InvalidParameter."""
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        size = whole(given)
        if size is None or not 1 <= size <= self.max_page_size:
            raise InvalidParameter("page_size", _("a whole number from 1 to %(most)s") % {"most": self.max_page_size})
        return size

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list | None:
        """One page, or InvalidParameter where `page` is no number; a page beyond the last is 404."""
        given = request.query_params.get("page", "1")
        if given != "last" and not (given.isascii() and given.isdigit() and int(given[:9])):
            raise InvalidParameter("page", _("a whole number from 1"))
        return super().paginate_queryset(queryset, request, view)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Both with their bounds."""
        bounds = {"page": {"minimum": 1}, "page_size": {"minimum": 1, "maximum": self.max_page_size}}
        parameters = super().get_schema_operation_parameters(view)
        return [{**one, "schema": {**one["schema"], **bounds[one["name"]]}} for one in parameters]
