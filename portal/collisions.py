"""What PostgreSQL refuses because of somebody else at the same moment, as facts with an answer instead of a 500.

Forms look first and say at the field what is taken; these are the few milliseconds between looking and writing, and
waiting for a lock longer than a person waits.
"""

from typing import Any

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from portal.problems import Refusal

log = structlog.get_logger(__name__)


class SameMoment(Refusal):
    """A unique key or an exclusion constraint has caught what a form could not see yet."""

    code = "same-moment"
    text = _("Somebody else entered the same at this very moment. Nothing you sent was half done.")


class Busy(Refusal):
    """A row was locked for too long, or the work took longer than a page may."""

    code = "busy"
    status = 503
    text = _("The portal is working on the same records right now. Nothing you sent was half done.")


# SQLSTATE, PostgreSQL's appendix A
ANSWERS: dict[str, type[Refusal]] = {
    "23505": SameMoment,  # unique_violation
    "23P01": SameMoment,  # exclusion_violation
    "40001": Busy,  # serialization_failure
    "40P01": Busy,  # deadlock_detected
    "55P03": Busy,  # lock_not_available: lock_timeout
    "57014": Busy,  # query_canceled: statement_timeout
}


def refusal_of(error: Exception) -> Refusal | None:
    """The refusal that an error of the database comes to; None for what is a fault of ours.

    It is logged as an error by its state and constraint, never with the row: a form that forgets to look ends here too.
    """
    if not isinstance(error, DatabaseError) or (kind := ANSWERS.get(_state(error))) is None:
        return None
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    log.error("collision", sqlstate=_state(error), constraint=diagnosis.constraint_name if diagnosis else None)
    return kind()


def _state(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
