"""Filters of the lists of subsidies."""

from typing import Any

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.forms.lists import ByArea
from portal.models import User
from subsidies.models import Claim, ClaimState, Line, Policy, PolicyStanding
from subsidies.permissions import READERS
from subsidies.queries.corrections import only_unseen
from subsidies.wording import reasons

MONTH = forms.DateInput(attrs={"type": "month", "class": "short"}, format="%Y-%m")


class MonthField(forms.DateField):
    """A month as 2025-06."""

    widget = MONTH

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)


class MonthFilter(df.DateFilter):
    """Rows of one month."""

    field_class = MonthField


class ByProvider(ByArea):
    """What every list has: provider by name or code, the district it lies in, the policy."""

    q = df.CharFilter(label=_("Provider's name or code"), method="by_text")
    policy = df.ModelChoiceFilter(
        label=_("Policy"), queryset=Policy.objects.none(), to_field_name="code", empty_label=_("All")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, roles=READERS, **kwargs)
        self.by = by
        self.filters["policy"].queryset = Policy.objects.filter(standing=PolicyStanding.ADOPTED).order_by("code")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Name contains, or code begins."""
        return rows.filter(Q(provider__name__icontains=value) | Q(provider__code__istartswith=value))


class ClaimFilter(ByProvider):
    """Claims by provider, area, policy, month, state and whether anything is paid."""

    month = MonthFilter(label=_("Month"), method="by_month")
    state = df.ChoiceFilter(label=_("State"), choices=ClaimState.choices, empty_label=_("All"))
    amount = df.ChoiceFilter(
        label=_("Amount"),
        choices=[("some", _("More than 0")), ("none", _("0 or less"))],
        method="by_amount",
        empty_label=_("All"),
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def by_month(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Whose statement holds the month."""
        return rows.filter(from_month__lte=value, to_month__gte=value)

    def by_amount(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By what is to be paid."""
        return rows.filter(paid_fen__gt=0) if value == "some" else rows.filter(paid_fen__lte=0)


class OwnClaimFilter(df.FilterSet):
    """A provider's own claims by month and state."""

    month = MonthFilter(label=_("Month"), method="by_month")
    state = df.ChoiceFilter(label=_("State"), choices=ClaimState.choices, empty_label=_("All"))

    class Meta:
        model = Claim
        fields: list[str] = []

    by_month = ClaimFilter.by_month


class LineFilter(ByProvider):
    """Lines of the ledger by provider, area, policy, month, reason and kind of posting."""

    month = MonthFilter(label=_("Month"), field_name="period")
    reason = df.ChoiceFilter(label=_("Reason"), choices=reasons, field_name="case__reason", empty_label=_("All"))
    kind = df.ChoiceFilter(
        label=_("Posting"),
        choices=[
            ("first", _("First posting")),
            ("difference", _("Difference")),
            ("unseen", _("Difference to look over")),
        ],
        method="by_kind",
        empty_label=_("All"),
    )
    area_path = "provider__area_path"

    class Meta:
        model = Line
        fields: list[str] = []

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """First postings, what corrected them, or what of it the auditor has not looked over."""
        if value == "unseen":
            return only_unseen(rows, self.by)
        return rows.filter(seq=0) if value == "first" else rows.filter(seq__gt=0)
