"""`verify_chain`: prove that no sealed event or paper was changed; names the first broken row of each chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import seal
from portal.models import AuditEvent, Seal


class Command(BaseCommand):
    """Exit 0 when every chain holds, 1 with the broken rows otherwise."""

    help = "Check every hash chain and what the apps add to the check."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what waits, then walk every chain."""
        while seal.seal_pending():
            pass
        if problems := seal.verify():
            raise CommandError("\n".join(f"{problem.where}: {problem.message}" for problem in problems))
        links, chains = Seal.objects.count(), Seal.objects.values("chain").distinct().count()
        unsealed = AuditEvent.objects.filter(sealed=False).count()
        head = Seal.objects.filter(chain=seal.AUDIT_CHAIN).order_by("-number").first()
        self.stdout.write(f"{links} links in {chains} chains are unchanged; {unsealed} events wait for their seal.")
        if head:
            self.stdout.write(f"Head of the audit chain: no. {head.number} {head.hash}")
