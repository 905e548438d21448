"""Load an on-site checklist or a rating scheme from YAML: for the officer who puts a new version in force."""

import datetime as dt
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, transaction

from inspections.models import Checklist, ChecklistItem, RatingScheme
from portal import audit, clock
from portal.models import Area


class Command(BaseCommand):
    """`manage.py load_checklist FILE --area CODE`: nothing to do when this version is there."""

    help = "Load an on-site checklist (items) or a rating scheme (dimensions, grades) for an area."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the area it is in force in."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--area", required=True, help="area code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, close the open predecessor's end, add the version."""
        try:
            data = yaml.safe_load(options["file"].read_text(encoding="utf-8"))
            area = Area.objects.get(code=options["area"])
            model = RatingScheme if "grades" in data else Checklist
            added = self.add(model, data, area)
        except Area.DoesNotExist:
            raise CommandError(f"There is no area with the code {options['area']}.") from None
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, RecursionError, DataError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        told = "added" if added else "is already here: nothing to do"
        self.stdout.write(f"{data['title']} version {data['version']} {told}.")

    @transaction.atomic
    def add(self, model: type[Checklist] | type[RatingScheme], data: dict[str, Any], area: Area) -> bool:
        """Add the version once; whatever had no end in this area ends on the day the new one begins."""
        if model.objects.filter(code=data["code"], version=data["version"]).exists():
            return False
        begins: dt.date = data["valid_from"]
        for row in model.objects.filter(area=area, valid_during__upper_inf=True):
            model.objects.filter(pk=row.pk).update(valid_during=(row.valid_during.lower, begins))
        own = ("dimensions", "grades", "validity_months") if model is RatingScheme else ("title_en",)
        made = model.objects.create(
            code=data["code"], version=data["version"], title=data["title"], area=area, valid_during=(begins, None),
            recorded_at=clock.now(), **{name: data[name] for name in own},
        )  # fmt: skip
        if model is Checklist:
            ChecklistItem.objects.bulk_create(
                ChecklistItem(checklist=made, position=position, **item)
                for position, item in enumerate(data["items"], 1)
            )
        audit.record(f"{model._meta.label}:{made.code}-{made.version}", "load_version", by=None, area_path=area.path)
        return True
