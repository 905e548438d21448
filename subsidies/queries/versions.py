"""Which policy versions are the law of a month, and in which order they are applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.dates import Month
from subsidies.models import PolicyStanding, PolicyVersion
from subsidies.rules import Terms


@dataclass(frozen=True)
class Law:
    """A version in force with its terms read and the area it holds in."""

    version: PolicyVersion
    terms: Terms
    area_path: str

    @property
    def policy_id(self) -> int:
        """The policy this is a version of."""
        return self.version.policy_id

    def covers(self, area_path: str) -> bool:
        """Whether the policy's area is among those of a path, wherever that area itself has moved since."""
        return not self.area_path or self.area_code in area_path.split("/")

    @property
    def area_code(self) -> str:
        """The code of the area it holds in; empty: everywhere."""
        return self.area_path.rstrip("/").rpartition("/")[2]


def read(version: PolicyVersion) -> Law:
    """The version with its terms parsed; its policy and area must be loaded."""
    area = version.policy.area
    return Law(version, Terms.from_mapping(version.terms), area.path if area else "")


def in_force(month: Month) -> list[Law]:
    """Adopted versions that hold on the first day of the month, as recorded now, in the order of their codes."""
    versions = PolicyVersion.objects.filter(
        policy__standing=PolicyStanding.ADOPTED, retracted_at__isnull=True, valid_during__contains=month.first
    ).select_related("policy__area")
    return [read(version) for version in versions.order_by("policy__code")]


def layers(laws: Iterable[Law]) -> list[list[Law]]:
    """Laws in the order they are applied: a policy after those that make it give nothing (`excludes`).

    The linter keeps circles out when a policy is adopted; should one stand in the rows all the same, it is an error.
    """
    waiting = list(laws)
    done: list[list[Law]] = []
    while waiting:
        codes = {law.terms.code for law in waiting}
        ready = [law for law in waiting if not codes.intersection(law.terms.excluded_policies)]
        if not ready:
            raise ValueError(f"policies exclude one another in a circle: {', '.join(sorted(codes))}")
        done.append(ready)
        waiting = [law for law in waiting if law not in ready]
    return done


def excluded_by(law: Law, laws: Sequence[Law]) -> dict[int, str]:
    """Policies (id to code) whose payment for the same child and month makes this one give nothing."""
    return {other.policy_id: other.terms.code for other in laws if other.terms.code in law.terms.excluded_policies}


def beginning() -> Month | None:
    """The first month for which any policy was ever adopted, or None."""
    spans = PolicyVersion.objects.filter(policy__standing=PolicyStanding.ADOPTED).values_list("valid_during", flat=True)
    return min((Month.of(span.lower) for span in spans if not span.isempty), default=None)


def last_of(policy_ids: Iterable[int], month: Month) -> dict[int, Law]:
    """For each policy the newest version that began by the month: what a line rests on that only takes back."""
    found: dict[int, Law] = {}
    rows = PolicyVersion.objects.filter(policy__in=policy_ids, valid_during__startswith__lte=month.first)
    for version in rows.select_related("policy__area").order_by("number"):
        found[version.policy_id] = read(version)
    return found
