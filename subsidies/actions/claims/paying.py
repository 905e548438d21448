"""Finance puts released claims on a payment list (拨付清单)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, canonical, clock, secrets, states
from portal.models import Area, User
from portal.permissions import holds
from portal.problems import NotAllowed
from providers.models import PayeeAccount
from subsidies.actions.claims import refusals
from subsidies.actions.claims.holding import check_turn, next_steps
from subsidies.models import Claim, ClaimState, PaymentBatch, Policy
from subsidies.permissions import PAYERS, batches_visible_to
from subsidies.states import CLAIM


class NothingToPay(refusals.NothingChosen):
    """No claim is released and not yet on a list."""

    code = "nothing-to-pay"
    text = _("No released claim of this policy waits here.")


@transaction.atomic
def export_batch(policy: Policy, *, area: Area, expected: str = "", by: User) -> PaymentBatch:
    """Put every released claim of a policy under an area on one list.

    `expected` is the fingerprint of the list the person has seen (`fingerprint`): a list that has changed since is
    shown again instead. Raises NothingToPay, NoAccount, HasInterest, SamePerson, StaleState.
    """
    if not holds(by, PAYERS, area.path):
        raise NotAllowed
    rows = Claim.objects.filter(policy=policy, state=ClaimState.RELEASED, area_path__startswith=area.path)
    claims = list(rows.select_related("provider", "policy").order_by("pk").select_for_update(no_key=True, of=("self",)))
    if not claims:
        raise NothingToPay
    content_hash = fingerprint(claims)
    if expected and expected != content_hash:
        raise states.stale(claims[0])
    check_turn(claims, next_steps(claims), ClaimState.EXPORTED, by=by)
    check_accounts(claims)
    today = clock.today()
    stem = f"{policy.code}-{area.code}-{today:%Y%m%d}"
    batch = PaymentBatch.objects.create(
        number=f"{stem}-{PaymentBatch.objects.filter(number__startswith=stem).count() + 1:02}",
        policy=policy,
        area=area,
        area_path=area.path,
        claim_count=len(claims),
        total_fen=sum(claim.paid_fen for claim in claims),
        content_hash=content_hash,
        exported_by=by,
        exported_at=clock.now(),
    )
    for claim in claims:
        states.move(
            claim,
            ClaimState.EXPORTED,
            machine=CLAIM,
            by=by,
            verb="export_claim",
            detail={"batch": batch.number},
            batch=batch,
            due=None,
        )
    audit.record(batch, "export_batch", by=by, number=batch.number, claims=len(claims), fen=batch.total_fen)
    return batch


def fingerprint(claims: Sequence[Claim]) -> str:
    """What a list says, as a hash: claims with their amounts, in the order of providers."""
    rows: list[list[str | int]] = [
        [claim.provider.code, f"{claim.from_month:%Y-%m}", claim.sequence, claim.hash, claim.paid_fen]
        for claim in claims
    ]
    ordered = sorted(rows, key=lambda row: [str(part) for part in row[:3]])
    return canonical.digest_rows(ordered)


def check_accounts(claims: Sequence[Claim]) -> None:
    """Everybody who is to be paid has an account today."""
    paid = {claim.provider_id: claim.provider.name for claim in claims if claim.paid_fen}
    known = accounts_of(paid)
    missing = sorted(name for provider_id, name in paid.items() if provider_id not in known)
    if missing:
        named = "、".join(missing[:5]) + ("…" if len(missing) > 5 else "")
        raise refusals.NoAccount(providers=named)


def accounts_of(provider_ids: Mapping[int, Any]) -> dict[int, PayeeAccount]:
    """The account of each provider today; one query."""
    rows = PayeeAccount.objects.filter(
        provider__in=list(provider_ids), retracted_at__isnull=True, during__contains=clock.today()
    )
    return {row.provider_id: row for row in rows}


@transaction.atomic
def open_account_numbers(batch_id: int, *, by: User) -> dict[int, tuple[str, str, str]]:
    """Holder, bank and full number by provider, for the list as a file; the reading is recorded. Raises NotAllowed."""
    batch = batches_visible_to(by).get(pk=batch_id)
    if not holds(by, PAYERS, batch.area_path):
        raise NotAllowed
    providers = dict(batch.claims.values_list("provider", "provider__code"))
    audit.record(batch, "read_account_numbers", by=by, number=batch.number, providers=len(providers))
    return {
        provider_id: (
            account.holder,
            account.bank,
            secrets.unseal(bytes(account.number_sealed), about=f"account:{providers[provider_id]}").decode(),
        )
        for provider_id, account in accounts_of(providers).items()
    }
