"""Filters of the lists of inspections."""

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inspections.models import (
    Assessment,
    AssessmentState,
    Decision,
    Finding,
    FindingState,
    Level,
    Visit,
    VisitKind,
    VisitResult,
    VisitState,
)
from inspections.queries.findings import overdue, suspensions_to_lift, waiting
from portal import clock
from portal.forms.lists import ByArea

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Below(ByArea):
    """Filters every list has: provider by name or code, and the area it lies in."""

    q = df.CharFilter(label=_("Provider's name or code"), method="by_text")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Name contains, or code begins."""
        return rows.filter(Q(provider__name__icontains=value) | Q(provider__code__istartswith=value))


class VisitFilter(Below):
    """Visits by provider, area, state, kind, result and day."""

    state = df.ChoiceFilter(label=_("State"), choices=VisitState.choices, empty_label=_("All"))
    kind = df.ChoiceFilter(label=_("Kind of visit"), choices=VisitKind.choices, empty_label=_("All"))
    result = df.ChoiceFilter(label=_("Result"), choices=VisitResult.choices, empty_label=_("All"))
    day_from = df.DateFilter(label=_("From"), field_name="planned_on", lookup_expr="gte", widget=DATE)
    day_to = df.DateFilter(label=_("To"), field_name="planned_on", lookup_expr="lte", widget=DATE)

    class Meta:
        model = Visit
        fields: list[str] = []


class FindingFilter(Below):
    """Findings by provider, area, state, level and lateness."""

    show = df.ChoiceFilter(
        label=_("Show"),
        choices=[("waiting", _("Not cleared")), ("overdue", _("Overdue")), ("to_lift", _("Suspension to lift"))],
        method="by_show",
        empty_label=_("All"),
    )
    state = df.ChoiceFilter(label=_("State"), choices=FindingState.choices, empty_label=_("All"))
    level = df.ChoiceFilter(label=_("Level"), choices=Level.choices, empty_label=_("All"))

    class Meta:
        model = Finding
        fields: list[str] = []

    def by_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Those waiting, those late today, or those cleared whose suspension still stands."""
        if value == "to_lift":
            return rows.filter(pk__in=suspensions_to_lift(Decision.objects.all()).values("finding"))
        return overdue(rows, clock.today()) if value == "overdue" else waiting(rows)


class AssessmentFilter(Below):
    """Assessments by provider, area, state and grade."""

    state = df.ChoiceFilter(label=_("State"), choices=AssessmentState.choices, empty_label=_("All"))
    grade = df.ChoiceFilter(
        label=_("Grade"), choices=[(n, _("%(n)s stars") % {"n": n}) for n in (5, 4, 3, 2, 1)], empty_label=_("All")
    )

    class Meta:
        model = Assessment
        fields: list[str] = []
