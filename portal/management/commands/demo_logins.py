"""`demo_logins`: who can log in to the demo and as what, for whoever tries it."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.queries.people import demo_logins


class Command(BaseCommand):
    """A table with one login per role."""

    help = "Print one demo login per role."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, in Chinese and aligned."""
        if not settings.DEMO:
            raise CommandError("This is not a demo.")
        with translation.override(settings.LANGUAGE_CODE):
            rows = [("角色", "登录名", "密码", "范围")]
            rows += [tuple(str(part) for part in row) for row in demo_logins()]
        widths = [max(_width(row[n]) for row in rows) for n in range(4)]
        for row in rows:
            self.stdout.write("  ".join(part + " " * (widths[n] - _width(part)) for n, part in enumerate(row)).rstrip())


def _width(text: str) -> int:
    """Columns of a terminal that the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
