"""The facts that stop a claim."""

from django.utils.translation import gettext_lazy as _

from portal.problems import Refusal


class PeriodNotComplete(Refusal):
    """A claim is confirmed when every month of its period has been computed."""

    code = "period-not-complete"
    text = _("This statement runs to %(month)s; it can be confirmed once that month is closed.")


class NotYourTurn(Refusal):
    """Another office decides on this claim now."""

    code = "not-your-turn"
    status = 403
    text = _("This claim waits for another office.")


class HasInterest(Refusal):
    """A declared interest keeps a person out of the decision (回避)."""

    code = "interest"
    status = 403
    text = _("You have declared an interest in %(provider)s, or work there. A colleague must decide.")


class SamePerson(Refusal):
    """Nobody acts twice on a claim: who makes does not check, who checks does not release."""

    code = "same-person"
    status = 403
    text = _("You have already acted on the claim of %(provider)s. Another person must take this step.")


class NothingChosen(Refusal):
    """A button for many claims needs at least one."""

    code = "nothing-chosen"
    status = 422
    text = _("Choose at least one claim.")


class ReasonMissing(Refusal):
    """A claim goes back only with a reason the provider can act on."""

    code = "reason-missing"
    status = 422
    text = _("Say what the provider must put right.")


class NoAccount(Refusal):
    """Nobody can be paid without an account."""

    code = "no-account"
    text = _("No payee account is recorded for %(providers)s.")
