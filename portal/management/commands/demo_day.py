"""`demo_day YYYY-MM-DD`: make it this day in the demo city."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import clock, tasks
from portal.actions import demo
from portal.problems import Refusal


class Command(BaseCommand):
    """Only the demo has a day of its own."""

    help = "Move the demo city to a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day."""
        parser.add_argument("day", help="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it, or say why not."""
        try:
            day = dt.date.fromisoformat(options["day"])
        except ValueError as error:
            raise CommandError(f"“{options['day']}” is not a day. Write it like 2025-07-10.") from error
        try:
            if day == clock.demo_day():
                self.stdout.write(f"Nothing to do: it is {day} already.")
                return
            demo.set_day(day, by=None)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        tasks.new_day()
        self.stdout.write(f"It is {day} in the demo city.")
