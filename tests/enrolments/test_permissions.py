"""Who sees which spell: own people all, the district a drawn sample of its area, everybody else nothing."""

from collections.abc import Callable

import pytest

from enrolments.models import Enrolment
from enrolments.permissions import may_keep_roll, totals_visible_to, visible_to
from portal import clock
from portal.models import Role, User
from providers.models import Brand, ClassGroup, Post
from tests.factories import enrolments as make
from tests.factories import portal as make_portal
from tests.factories import providers as make_provider


@pytest.fixture
def rolls(group: ClassGroup) -> dict[str, ClassGroup]:
    """Three providers with 30, 6 and 6 children in two districts."""
    groups = {
        "large": make_provider.class_group(make_provider.provider(street="440105001"), places=40),
        "small": make_provider.class_group(make_provider.provider(street="440105002"), places=10),
        "other": make_provider.class_group(make_provider.provider(street="440106001"), places=10),
    }
    for name, count in (("large", 30), ("small", 6), ("other", 6)):
        for _ in range(count):
            make.enrolment(groups[name])
    return groups


def test_a_providers_people_see_its_whole_roll_and_no_other(rolls: dict[str, ClassGroup]) -> None:
    mine = rolls["large"]
    for role in ("OWNER", "STAFF"):
        person = make_provider.owner_of(mine.provider, role=role)
        assert set(visible_to(person)) == set(Enrolment.objects.filter(class_group=mine))


def test_a_brand_sees_its_branches(rolls: dict[str, ClassGroup]) -> None:
    brand = Brand.objects.create(code="B1", name="示例连锁")
    for name in ("large", "small"):
        rolls[name].provider.brand = brand
        rolls[name].provider.save()
    person = make_portal.user()
    Post.objects.create(user=person, role="OWNER", brand=brand, granted_at=clock.now())
    assert visible_to(person).count() == 36


def test_the_district_reads_a_fifth_at_least_five_of_its_own_area(
    rolls: dict[str, ClassGroup], official: Callable
) -> None:
    seen = visible_to(official(Role.DISTRICT, "440105"))
    assert seen.filter(class_group=rolls["large"]).count() == 7
    assert seen.filter(class_group=rolls["small"]).count() == 5
    assert not seen.filter(class_group=rolls["other"]).exists()
    assert set(seen) == set(visible_to(official(Role.DISTRICT, "440105")))


@pytest.mark.parametrize(
    "role", [Role.SUBDISTRICT, Role.CITY, Role.FINANCE, Role.INSPECTOR, Role.EVALUATOR, Role.AUDITOR, Role.SYSADMIN]
)
def test_no_other_office_sees_a_child(rolls: dict[str, ClassGroup], official: Callable, role: str) -> None:
    area = "440105001" if role == Role.SUBDISTRICT else "4401"
    assert not visible_to(official(role, area)).exists()


def test_who_reads_numbers(rolls: dict[str, ClassGroup], official: Callable) -> None:
    assert totals_visible_to(official(Role.CITY, "4401")).filter(class_groups__in=rolls.values()).count() == 3
    assert totals_visible_to(official(Role.FINANCE, "440105")).filter(class_groups__in=rolls.values()).count() == 2
    assert not totals_visible_to(official(Role.SUBDISTRICT, "440105001")).exists()
    assert not totals_visible_to(make_provider.owner_of(rolls["large"].provider)).exists()


def test_officials_never_keep_a_roll(group: ClassGroup, owner: User, official: Callable) -> None:
    assert may_keep_roll(owner, group.provider)
    assert not may_keep_roll(official(Role.DISTRICT, "440105"), group.provider)
    assert not may_keep_roll(official(Role.FINANCE, "4401"), group.provider)
