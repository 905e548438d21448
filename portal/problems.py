"""One place for what goes wrong: facts that actions raise, and problem JSON (RFC 9457)."""

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A fact that stops an action. Subclasses set `code`, `status` and `text`; details fill the text's places.

    Pages show `message` beside the form; the API answers problem JSON with `status`.
    """

    code = "refused"
    status = 409
    text: Any = _("This cannot be done now.")

    def __init__(self, message: Any = None, **detail: Any) -> None:
        self.detail = detail
        self._message = message
        super().__init__(self.code, detail)

    @property
    def message(self) -> str:
        """The translated sentence for the person who pressed the button."""
        text = str(self._message or self.text)
        return text % self.detail if self.detail and "%(" in text else text

    def __str__(self) -> str:
        return self.message


class StaleState(Refusal):
    """Somebody else moved or changed the row first."""

    code = "stale"
    status = 412
    text = _("This has changed since you opened it: %(who)s, %(when)s (%(what)s). Look at it again, then decide.")


class NotAllowed(Refusal):
    """The person may see the row but not do this to it."""

    code = "not-allowed"
    status = 403
    text = _("Your office does not allow this.")


class MissingCalendar(Refusal):
    """No working-day calendar is loaded for a year that a clock needs."""

    code = "missing-calendar"
    text = _("The working-day calendar of %(year)s is missing. A city officer must enter it first.")


class MissingLaw(Refusal):
    """No value of a legal parameter is in force on the day."""

    code = "missing-law"
    text = _("No value of “%(key)s” is in force on %(day)s. A city officer must enter it first.")


def problem(status: int, code: str, detail: str, **extra: Any) -> JsonResponse:
    """Answer with problem JSON; `extra` members (e.g. `parameter`) stand beside the standard ones."""
    body = {"type": f"/api/v1/docs/#problem-{code}", "title": code, "status": status, "detail": str(detail), **extra}
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def refusal_problem(refusal: Refusal) -> JsonResponse:
    """The problem JSON of a refusal."""
    return problem(refusal.status, refusal.code, refusal.message)
