"""`manage.py load_policy FILE.yaml`: lint a policy file and record it as a version."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.problems import Refusal
from subsidies.actions.policies import BadPolicy, load_policy
from subsidies.models import PolicyStanding


class Command(BaseCommand):
    """Load a policy; the same file again changes nothing."""

    help = "Check a policy file (docs/policy-format.md) with its own examples and record it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how it is meant."""
        parser.add_argument("file")
        parser.add_argument("--library", action="store_true", help="keep it to be read, do not pay by it")
        parser.add_argument("--adopt", action="store_true", help="pay by it, whatever its status says")
        parser.add_argument("--corrects", type=int, metavar="VERSION", help="take this version back for all its days")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say every problem with its place, or what was recorded."""
        try:
            mapping = yaml.safe_load(Path(options["file"]).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{options['file']} is not text in UTF-8: save it as UTF-8.") from None
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a day like 2025-02-30
            raise CommandError(f"{options['file']} is not YAML: {error}") from None
        except RecursionError:
            raise CommandError(f"{options['file']} is not YAML: it is nested too deeply.") from None
        if isinstance(mapping, dict) and mapping.keys() & {"items", "grades"}:  # inspections keep theirs beside ours
            what = "a rating scheme" if "grades" in mapping else "an on-site checklist"
            raise CommandError(f"{options['file']} is {what}, not a subsidy policy: load it with load_checklist.")
        adopt = True if options["adopt"] else False if options["library"] else None
        try:
            version, new = load_policy(mapping, by=None, adopt=adopt, corrects=options["corrects"])
        except BadPolicy as bad:
            told = "\n".join(f"  {problem}" for problem in bad.problems)
            raise CommandError(f"{options['file']} was not loaded:\n{told}") from None
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        where = "adopted" if version.policy.standing == PolicyStanding.ADOPTED else "in the library"
        said = f"version {version.number} recorded, {where}" if new else f"version {version.number} is recorded already"
        self.stdout.write(f"{version.policy.code}: {said}")
