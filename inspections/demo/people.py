"""Who inspects, evaluates and decides in each district of the demo city."""

from dataclasses import dataclass
from functools import cache

from portal.demo.people import HOME_DISTRICT
from portal.models import Area, AreaLevel, User


@dataclass(frozen=True)
class Team:
    """A district's people; inspectors in the order of their usernames, as a draw's snapshot has them."""

    area: Area
    officer: User
    evaluator: User
    inspectors: tuple[User, User]

    @property
    def home(self) -> bool:
        """Whether this is the district whose officials can log in."""
        return self.area.code == HOME_DISTRICT


@cache
def teams() -> tuple[Team, ...]:
    """Every district's team, by the district's code."""
    users = {user.username: user for user in User.objects.filter(memberships__area__level=AreaLevel.DISTRICT)}
    found = []
    for area in Area.objects.filter(level=AreaLevel.DISTRICT).order_by("code"):
        tail = "" if area.code == HOME_DISTRICT else f"-{area.code}"
        inspectors = users[f"inspector{tail}"], users[f"inspector2-{area.code}"]
        found.append(Team(area, users[f"district{tail}"], users[f"evaluator{tail}"], inspectors))
    return tuple(found)
