"""Filters of the list of frozen reports."""

import datetime as dt
from typing import Any

import django_filters as df
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.models import Area
from portal.numbers import whole
from quotas.models import Report


class ReportFilter(df.FilterSet):
    """Reports by area and month."""

    area = df.ModelChoiceFilter(
        label=_("Area"), queryset=Area.objects.none(), to_field_name="code", empty_label=_("All")
    )
    month = df.CharFilter(
        label=_("Month"), method="by_month", widget=forms.TextInput(attrs={"type": "month", "placeholder": "2025-06"})
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["area"].queryset = areas

    def by_month(self, rows: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        """A month as 2025-06; part of it narrows to the year."""
        year, _dash, number = value.strip().partition("-")
        found, month = whole(year), whole(number)
        if found is None or not dt.MINYEAR <= found < dt.MAXYEAR or (number and month is None):
            return rows.none()
        rows = rows.filter(month__year=found)
        return rows.filter(month__month=month) if number else rows
