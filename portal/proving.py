"""Proving each night, as a run, that no sealed event or paper was changed: what `verify_chain` does when asked."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import outbox, runs, seal
from portal.models import Area, Role, Run, RunChunk, Seal
from portal.permissions import people_holding

KIND = "verify_chain"
TOLD = 5  # problems that stand in the message; the command `verify_chain` names all


@transaction.atomic
def start_proof(on: dt.date, *, area: Area) -> Run:
    """Queue the proof of a night; asked twice it is one, and while one waits or runs there is no second."""
    if known := runs.of_the_night(KIND, on):
        return known
    return runs.start(KIND, on.isoformat(), params={}, chunks=[runs.Chunk(key="*")], area_path=area.path, by=None)


def prove(run: Run, chunk: RunChunk) -> dict[str, Any]:
    """Walk every chain; gives the links, the head of the audit chain, and what is broken."""
    head = Seal.objects.filter(chain=seal.AUDIT_CHAIN).order_by("-number").first()
    problems = seal.verify()
    named = [f"{problem.where}: {problem.message}" for problem in problems[:TOLD]]
    found = {"links": Seal.objects.count(), "problems": len(problems), "named": named}
    return found | ({"head": f"{head.number} {head.hash}"} if head else {})


def finish(run: Run) -> dict[str, Any]:
    """Tell auditors and system administrators what is broken, by keys; the same night once."""
    result: dict[str, Any] = run.chunks.get().result
    if count := result["problems"]:
        with translation.override(settings.LANGUAGE_CODE):
            subject = ngettext(
                "The proof of %(day)s found %(n)s broken chain", "The proof of %(day)s found %(n)s broken chains", count
            ) % {"day": run.key, "n": count}
        for role in (Role.AUDITOR, Role.SYSADMIN):
            for person in people_holding(role, run.area_path):
                outbox.tell_person(person, subject, "\n".join(result["named"]), key=f"{KIND}:{run.key}:{person.pk}")
    return result


def came_to(run: Run) -> str:
    """One sentence on what a proof came to."""
    if count := run.result["problems"]:
        return ngettext("%(n)s broken chain was found.", "%(n)s broken chains were found.", count) % {"n": count}
    return _("%(links)s links are unchanged.") % {"links": f"{run.result['links']:,}"}


def run_kinds() -> runs.RunKind:
    """`PANELS["run_kinds"]`."""
    return runs.RunKind(KIND, gettext_lazy("Proof of the seals"), prove, finish, said=came_to)
