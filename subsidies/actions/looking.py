"""An auditor has looked over the corrections that closes have posted (更正核阅): said once, kept in the audit trail."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.models import Area, Role, Run, RunState, User
from portal.permissions import holds
from portal.problems import NotAllowed, Refusal
from subsidies.actions.closing.starting import KIND
from subsidies.queries.corrections import VERB, subject_of, unseen


class StillPosting(Refusal):
    """While a close runs, lines may still come in between those that are on the page."""

    code = "still-posting"
    text = _("A closing is under way and posts lines. Look again when it is done.")


@transaction.atomic
def look_over_corrections(area_code: str, *, until: int, by: User) -> None:
    """Note that the corrections of the auditor's area up to a line were looked over; pressing twice notes it once.

    What was posted after that line was not on the page and goes on waiting. Raises NotAllowed without the office of an
    auditor over the area, StillPosting while a close runs.
    """
    area = Area.objects.select_for_update(no_key=True).get(code=area_code)
    if not holds(by, {Role.AUDITOR}, area.path):
        raise NotAllowed
    if Run.objects.filter(kind=KIND, state__in=[RunState.QUEUED, RunState.RUNNING]).exists():
        raise StillPosting
    for one in unseen(by, until=until):
        if one.office.area_code == area_code:
            audit.record(
                subject_of(area_code), VERB, by=by, area_path=area.path, until=one.until, count=one.count, fen=one.fen
            )
