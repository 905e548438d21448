"""Where a provider is paid (收款账户)."""

import datetime as dt
import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, secrets
from portal.models import User
from portal.problems import NotAllowed, Refusal
from providers.actions.spans import follow, in_force
from providers.actions.standing import lock
from providers.models import PayeeAccount
from providers.permissions import may_run


class NoAccountNumber(Refusal):
    """A bank account number has 8 to 30 digits."""

    code = "no-account-number"
    status = 422
    text = _("A bank account number has 8 to 30 digits; letters and other signs do not occur in it.")


def tidy_number(text: str) -> str:
    """Digits without the gaps people type. Raises NoAccountNumber."""
    number = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{8,30}", number, re.ASCII):
        raise NoAccountNumber
    return number


@transaction.atomic
def set_payee_account(
    provider_id: int, *, holder: str, bank: str, number: str, from_day: dt.date, by: User
) -> PayeeAccount:
    """Pay to this account from a day on; the account that is in force already stays as it is.

    The number is stored encrypted, pages show its last four digits.
    """
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    digits = tidy_number(number)
    about = f"account:{provider.code}"
    same = PayeeAccount.objects.filter(
        in_force(from_day), provider=provider, holder=holder, bank=bank, tail=digits[-4:], during__upper_inf=True
    ).first()
    if same and secrets.unseal(bytes(same.number_sealed), about=about) == digits.encode():
        return same
    account = follow(
        PayeeAccount,
        of={"provider": provider},
        from_day=from_day,
        holder=holder,
        bank=bank,
        number_sealed=secrets.seal(digits.encode(), about=about),
        tail=digits[-4:],
    )
    audit.record(provider, "set_payee_account", by=by, tail=digits[-4:], from_day=from_day.isoformat())
    return account
