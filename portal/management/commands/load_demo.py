"""Load the demo city: every app's steps in order, each with its time; refuses to run outside the demo."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal import clock
from portal.demo.steps import DemoStep
from portal.models import DemoDay
from portal.panels import collect


class Command(BaseCommand):
    """`manage.py load_demo`: nothing to do when the city is there."""

    help = "Load the demo city (1,938 invented providers on real areas)."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--until NAME` stops after a step, for those who work on a part of the city."""
        parser.add_argument("--until", default="", help="stop after the step of this name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load step by step; the demo's day is set first and the mark that the city is whole comes last."""
        if not settings.DEMO:
            raise CommandError("This is not a demo: TUOYU_DEMO is off.")
        if DemoDay.objects.exists():
            self.stdout.write("The demo city is already here.")
            return
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off")
        day = clock.dt.datetime.fromisoformat(f"{settings.DEMO_DAY}T09:00").replace(tzinfo=clock.SHANGHAI)
        began = time.monotonic()
        steps: list[DemoStep] = collect("demo_steps")
        with clock.freeze(day):
            for number, step in enumerate(steps, 1):
                start = time.monotonic()
                self.stdout.write(f"  {number:2}/{len(steps)} {step.name} …", ending="")
                self.stdout.flush()
                made = step.load()
                self.stdout.write(f" {made} ({time.monotonic() - start:.1f} s)")
                if step.name == options["until"]:
                    return
        clock.set_demo_day(day.date())
        self.stdout.write(f"  the demo city stands ({time.monotonic() - began:.1f} s)")
