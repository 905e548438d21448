"""One seal (design §3): hash chains that prove audit events and frozen papers unchanged.

Events are sealed by one sealer every few seconds; papers when they are frozen. A chain's link hashes the link before
it and its content; `verify` names the first broken row.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from django.db import connection, transaction

from portal import canonical, clock
from portal.models import AuditEvent, Seal
from portal.panels import Problem, collect

AUDIT_CHAIN = "audit"
GENESIS = "0" * 64
SEALER_LOCK = 0x7075_0001  # one advisory lock per periodic job
BATCH = 5_000

log = structlog.get_logger(__name__)


def event_content(event: AuditEvent) -> dict[str, Any]:
    """What of an event is sealed: business keys and what was done, with its moment."""
    return {
        "at": event.at.isoformat(),
        "actor": event.actor.username if event.actor else None,
        "verb": event.verb,
        "subject": event.subject,
        "area_path": event.area_path,
        "before": event.before,
        "after": event.after,
        "detail": event.detail,
    }


def _head(chain: str) -> tuple[int, str]:
    last = Seal.objects.filter(chain=chain).order_by("-number").values_list("number", "hash").first()
    return last or (0, GENESIS)


def seal_pending() -> int:
    """Seal committed events that have no link yet, in id order; gives how many. A second sealer does nothing.

    An event whose transaction commits later than a higher id is sealed later, under a later number: the chain is the
    order of sealing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        number, head = _head(AUDIT_CHAIN)
        pending = list(AuditEvent.objects.filter(sealed=False).select_related("actor").order_by("id")[:BATCH])
        at = clock.now()
        links = []
        for event in pending:
            number += 1
            content_hash = canonical.digest(event_content(event))
            head = canonical.chained(head, content_hash)
            links.append(
                Seal(
                    chain=AUDIT_CHAIN, number=number, subject=str(event.pk), content_hash=content_hash, hash=head, at=at
                )
            )
        Seal.objects.bulk_create(links, batch_size=1000)
        AuditEvent.objects.filter(pk__in=[event.pk for event in pending]).update(sealed=True)
    if links:
        log.info("sealed", count=len(links), number=number, head=head)
    return len(links)


@transaction.atomic
def freeze(chain: str, subject: str, content: Any) -> Seal:
    """Seal a paper's content into its chain once; the same subject again gives its first seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal:{chain}"])
    if existing := Seal.objects.filter(chain=chain, subject=subject).first():
        return existing
    number, head = _head(chain)
    content_hash = canonical.digest(content)
    sealed = canonical.chained(head, content_hash)
    return Seal.objects.create(
        chain=chain,
        number=number + 1,
        subject=subject,
        content_hash=content_hash,
        hash=sealed,
        short_code=canonical.short_code(sealed),
        at=clock.now(),
    )


def _audit_contents(links: list[Seal]) -> dict[str, str]:
    events = AuditEvent.objects.filter(pk__in=[int(link.subject) for link in links]).select_related("actor")
    return {str(event.pk): canonical.digest(event_content(event)) for event in events}


def verify_links(chain: str) -> Iterator[Problem]:
    """Check numbers, links and, for the audit chain, the sealed events themselves; at most one problem a chain."""
    number, head = 0, GENESIS
    rows = Seal.objects.filter(chain=chain).order_by("number").iterator(chunk_size=BATCH)
    batch: list[Seal] = []

    def check(links: list[Seal]) -> Problem | None:
        nonlocal number, head
        contents = _audit_contents(links) if chain == AUDIT_CHAIN else {}
        for link in links:
            number += 1
            where = f"{chain} no. {link.number} ({link.subject})"
            if link.number != number:
                return Problem(where, f"a link is missing: number {number} was expected")
            if link.hash != canonical.chained(head, link.content_hash):
                return Problem(where, "the link does not fit the one before it")
            if chain == AUDIT_CHAIN and contents.get(link.subject) != link.content_hash:
                return Problem(where, "the event was changed or removed after sealing")
            head = link.hash
        return None

    for link in rows:
        batch.append(link)
        if len(batch) == BATCH:
            if fault := check(batch):
                yield fault
                return
            batch = []
    if fault := check(batch):
        yield fault


def verify() -> list[Problem]:
    """Check every chain and what the apps add; an empty list means that all is unchanged."""
    chains = Seal.objects.order_by("chain").values_list("chain", flat=True).distinct()
    problems = [fault for chain in chains for fault in verify_links(chain)]
    return problems + collect("chain_checks")
