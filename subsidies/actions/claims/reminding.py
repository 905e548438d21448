"""Remind owners of statements that wait for their confirmation and are due soon; once each."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal import workdays
from portal.money import yuan
from providers.actions.news import tell_owners
from subsidies.models import Claim
from subsidies.models.claims import OPEN

NEAR = 2  # working days


def remind(on: dt.date) -> int:
    """Tell the owners of every open claim that is due within two working days; gives how many claims wait.

    Running it again tells nothing twice; a claim that was returned and is due anew is told anew.
    """
    rows = Claim.objects.filter(state__in=OPEN, line_count__gt=0, due__gte=on, due__lte=workdays.add(on, NEAR))
    waiting = 0
    for claim in rows.select_related("provider").order_by("pk").iterator(chunk_size=500):
        tell_owners(
            claim.provider,
            _("The statement of %(month)s waits for you until %(day)s"),
            _("“%(name)s”: %(yuan)s yuan in %(lines)s lines. Look through them and confirm what is right."),
            key=f"claim-due:{claim.public_id}:{claim.due}",
            month=f"{claim.from_month:%Y-%m}",
            day=claim.due,
            name=claim.provider.name,
            yuan=yuan(claim.paid_fen),
            lines=claim.line_count,
        )
        waiting += 1
    return waiting
