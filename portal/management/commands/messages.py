"""`manage.py messages`: keep, check and compile the Chinese texts, for whoever writes one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.messages_catalogue import APPS, check, compile_all, update


class Command(BaseCommand):
    """Update locale/<app>/zh_Hans/LC_MESSAGES/django.po from the source, or --check or --compile them."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--app", choices=APPS, action="append", help="only this app's file")
        parser.add_argument("--prune", action="store_true", help="drop texts that the source no longer has")
        parser.add_argument("--check", action="store_true", help="change nothing; fail when something is missing")
        parser.add_argument("--compile", action="store_true", help="write the .mo files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked and say what was done."""
        apps = options["app"] or list(APPS)
        if options["check"]:
            if faults := check(settings.BASE_DIR, apps):
                raise CommandError("\n".join([*faults, f"{len(faults)} texts need work."]))
            self.stdout.write("All texts are there in both languages.")
        elif options["compile"]:
            self.stdout.write(f"Compiled {compile_all(settings.BASE_DIR)} catalogues.")
        else:
            for app, missing in update(settings.BASE_DIR, apps, prune=options["prune"]).items():
                self.stdout.write(f"{app}: {missing} without a translation" if missing else f"{app}: complete")
