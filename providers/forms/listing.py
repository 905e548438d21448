"""Search and filters of the register of providers, for the page and for the API."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _l

from portal.forms.lists import ByArea
from providers.models import Kind, Provider, Standing


class ProviderFilter(django_filters.FilterSet):
    """By name, code or address; by type, standing and area."""

    q = django_filters.CharFilter(label=_l("Name, code or address"), method="search")
    kind = django_filters.ChoiceFilter(label=_l("Type of provider"), choices=Kind.choices, empty_label=_l("All"))
    standing = django_filters.ChoiceFilter(label=_l("State"), choices=Standing.choices, empty_label=_l("All"))
    area = django_filters.CharFilter(label=_l("Area code"), method="under")

    class Meta:
        model = Provider
        fields: list[str] = []

    def search(self, queryset: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        """Part of the name or address, or the beginning of a code."""
        text = value.strip()
        return queryset.filter(
            Q(name__icontains=text)
            | Q(address__icontains=text)
            | Q(code__startswith=text)
            | Q(credit_code__startswith=text.upper())
        )

    def under(self, queryset: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        """Everything under an area code, at any level."""
        code = value.strip().strip("/")
        return queryset.filter(area_path__contains=f"/{code}/") if code.isdigit() else queryset.none()


class RegisterFilter(ByArea, ProviderFilter):
    """The page's filters: the area is chosen among the officer's own."""

    class Meta:
        model = Provider
        fields: list[str] = []
