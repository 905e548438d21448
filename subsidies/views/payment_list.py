"""The payment list as Excel: two-row head, 合计, 大写金额, who made it and who checks it; SPECIMEN in the demo."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal import sheets
from portal.models import User
from portal.money import yuan
from portal.sheets import Field, Sheet
from subsidies.models import Claim, PaymentBatch
from subsidies.templatetags.claims import period


def payment_list(
    batch: PaymentBatch,
    claims: Sequence[Claim],
    accounts: Mapping[int, tuple[str, str, str]],
    shares: Sequence[tuple[str, int]],
    made_by: User,
) -> HttpResponse:
    """One row a claim that is paid; claims that come to nothing are on the list's page, not in the treasury's file."""
    account, amount = _("Payee account"), _("Amount (yuan)")
    fields = [
        Field(_("No."), "whole", width=6),
        Field(_("Provider"), width=30),
        Field(_("Provider's code"), width=14),
        Field(_("Statement period"), width=14),
        Field(_("Account holder"), group=account, width=30),
        Field(_("Bank"), group=account, width=22),
        Field(_("Account number"), group=account, width=24),
        Field(_("Lines"), "yuan", group=amount, total=True),
        Field(_("Carried over"), "yuan", group=amount, total=True),
        Field(_("To be paid"), "yuan", group=amount, total=True),
    ]
    paid = [claim for claim in claims if claim.paid_fen]
    rows = [
        [
            number,
            claim.provider.name,
            claim.provider.code,
            period(claim),
            *accounts.get(claim.provider_id, ("", "", "")),
            claim.lines_fen,
            claim.carried_in_fen - claim.carried_out_fen,
            claim.paid_fen,
        ]
        for number, claim in enumerate(paid, 1)
    ]
    sheet = Sheet(
        title=_("Payment list: %(policy)s") % {"policy": batch.policy},
        name=_("Payment list"),
        fields=fields,
        rows=rows,
        unit=_("yuan"),
        facts=[
            (_("List number"), batch.number),
            (_("Area"), batch.area.name),
            (_("Made on"), batch.exported_at.date().isoformat()),
        ],
        notes=[
            _("Shares: %(shares)s") % {"shares": "；".join(f"{level} {yuan(fen)}" for level, fen in shares)},
            _("Check value of the list: %(hash)s") % {"hash": batch.content_hash[:16]},
        ],
        signatures=[_("Checked by"), _("Approved by")],
        in_words=batch.total_fen,
        specimen=True,
        prepared_by=str(made_by),
    )
    return sheets.response(f"{sheet.name}-{batch.number}", sheet)
