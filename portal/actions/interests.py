"""Declare an interest in a provider (回避申报): from then on the person decides nothing about it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.dates import ONE_DAY
from portal.models import Interest, User
from portal.problems import Refusal


class AlreadyDeclared(Refusal):
    """The interest is in force."""

    code = "already-declared"
    text = _("You have declared this interest already.")


@transaction.atomic
def declare(provider_code: str, *, reason: str, by: User) -> Interest:
    """Declare an interest in a known provider from today, without end. Raises AlreadyDeclared."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # pressing twice declares once
    today = clock.today()
    if Interest.objects.filter(user=by, provider_code=provider_code, during__contains=today).exists():
        raise AlreadyDeclared
    declared = Interest.objects.create(
        user=by, provider_code=provider_code, reason=reason, during=(today, None), declared_at=clock.now()
    )
    audit.record(f"providers.Provider:{provider_code}", "declare_interest", by=by, area_path="")
    return declared


@transaction.atomic
def end(interest_id: int, *, by: User) -> Interest:
    """Say that an own interest has ended: today is its last day."""
    declared = Interest.objects.select_for_update(no_key=True).get(pk=interest_id, user=by)
    last: dt.date | None = declared.during.upper
    if last is None:
        declared.during = (declared.during.lower, clock.today() + ONE_DAY)
        declared.save(update_fields=["during"])
        audit.record(f"providers.Provider:{declared.provider_code}", "end_interest", by=by, area_path="")
    return declared
