"""Write the law's documents and numbers as dated rows: the national defaults once, a successor by an officer."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import law
from portal.law_defaults import DOCUMENTS, VALUES
from portal.models import Area, Clause, LawKey, LawValue, PolicyDocument, PolicyStatus, Role, User
from portal.permissions import holds
from portal.problems import NotAllowed, Refusal


class NoAreas(Refusal):
    """The law needs an area to hold in."""

    code = "no-areas"
    text = _("Load the areas first.")


@transaction.atomic
def load_defaults() -> int:
    """Add the documents and numbers of portal.law_defaults at every root of the tree; what stands is left alone."""
    roots = list(Area.objects.filter(parent=None))
    if not roots:
        raise NoAreas
    clauses = {}
    for given in DOCUMENTS:
        document, _created = PolicyDocument.objects.get_or_create(
            code=given.code,
            defaults={
                "title": given.title, "doc_no": given.doc_no, "issuer": given.issuer, "area": None,
                "status": PolicyStatus.EFFECTIVE, "during": (given.valid_from, None),
            },
        )  # fmt: skip
        for code, text in given.clauses.items():
            clause, _created = Clause.objects.get_or_create(document=document, code=code, defaults={"text": text})
            clauses[given.code, code] = clause, given.valid_from
    added = 0
    for one in VALUES:
        clause, valid_from = clauses[one.document, one.clause]
        for root in roots:
            if LawValue.objects.filter(key__code=one.key, area=root).exists():
                continue
            law.add_value(one.key, root, one.value, valid_from=valid_from, by=None, meaning=one.meaning, clause=clause)
            added += 1
    return added


@transaction.atomic
def add_successor(
    key: LawKey, area: Area, value: Any, *, valid_from: dt.date, clause: Clause | None, by: User
) -> LawValue:
    """A city officer enters the value that holds from a day on; the present one ends the day before.

    Raises NotAllowed, portal.law.LawInThePast.
    """
    if not may_add(by, area):
        raise NotAllowed
    return law.add_value(key.code, area, value, valid_from=valid_from, by=by, clause=clause)


def may_add(user: User, area: Area) -> bool:
    """City officers set the numbers of their own city and what lies in it."""
    return holds(user, [Role.CITY], area.path)
