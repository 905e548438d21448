"""The demo city's officials: one subdistrict officer each, districts, the city, and the accounts to log in with."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.urls import reverse

from portal import clock
from portal.actions.people import invite
from portal.actions.reminding import remind
from portal.demo.bulk import copy, ids, span
from portal.demo.steps import PASSWORD
from portal.models import Area, AreaLevel, Department, Membership, Role, User

SINCE = dt.date(2020, 7, 1)  # before the first filing they decided on
HOME_DISTRICT = "440105"
HOME_STREETS = ("440105001", "440105002")  # one officer for both: the first alone has a single subsidised provider
SURNAMES = "陈 林 黄 李 梁 何 张 吴 刘 郑 罗 杨 谢 邓 冯 曾 彭 蔡 潘 叶".split()


def copy_users(rows: Iterable[tuple[str, str, str]]) -> int:
    """COPY demo people: (username, name, password hash or "!")."""
    at = clock.now()
    fields = "password is_superuser username email is_staff is_active date_joined name phone is_demo".split()
    return copy(
        User,
        fields,
        (
            (secret, False, login, f"{login}@example.com", False, True, at, name, "", True)
            for login, name, secret in rows
        ),
    )


def officials() -> list[tuple[str, str, str, str, str]]:
    """Everybody with an office: (username, name, role, area code, department)."""
    found: list[tuple[str, str, str, str, str]] = []

    def add(username: str, title: str, role: str, area: str, department: str = Department.HEALTH) -> None:
        found.append((username, f"示例·{SURNAMES[len(found) % len(SURNAMES)]}{title}", role, area, department))

    city = Area.objects.get(level=AreaLevel.CITY)
    add("city", "处长", Role.CITY, city.code)
    add("city2", "副处长", Role.CITY, city.code)
    add("finance", "会计", Role.FINANCE, city.code, Department.FINANCE)
    add("auditor", "审计员", Role.AUDITOR, city.code, Department.AUDIT)
    add("sysadmin", "系统管理员", Role.SYSADMIN, city.code, Department.IT)
    for area in Area.objects.filter(level=AreaLevel.DISTRICT).order_by("code"):
        home = area.code == HOME_DISTRICT
        add("district" if home else f"district-{area.code}", "科长", Role.DISTRICT, area.code)
        add(f"district2-{area.code}", "副科长", Role.DISTRICT, area.code)
        add("inspector" if home else f"inspector-{area.code}", "检查员", Role.INSPECTOR, area.code)
        add(f"inspector2-{area.code}", "检查员", Role.INSPECTOR, area.code)
        add("evaluator" if home else f"evaluator-{area.code}", "评估员", Role.EVALUATOR, area.code)
    for area in Area.objects.filter(level=AreaLevel.STREET).order_by("code"):
        username = "subdistrict" if area.code in HOME_STREETS else f"street-{area.code}"
        add(username, "专干", Role.SUBDISTRICT, area.code)
    return found


LOGINS = {"city", "finance", "auditor", "sysadmin", "district", "inspector", "evaluator", "subdistrict"}


def load() -> str:
    """Make every official and their office."""
    people = officials()
    secret = make_password(PASSWORD)
    names: dict[str, str] = {}
    for login, name, *_ in people:
        names.setdefault(login, name)
    copy_users((login, name, secret if login in LOGINS else "!") for login, name in names.items())
    users, areas, at = ids(User, "username"), ids(Area), clock.now()
    copy(
        Membership,
        ("user", "role", "area", "department", "during", "granted_at"),
        ((users[login], role, areas[area], dept, span(SINCE), at) for login, _, role, area, dept in people),
    )
    return f"{len(names)} officials"


def invite_two() -> None:
    """Two offices that the system administrator offered some days ago; nobody has taken them up yet."""
    by, area = User.objects.get(username="sysadmin"), Area.objects.get(code=HOME_DISTRICT)
    for days_ago, name, role in ((5, "示例·周副科长", Role.DISTRICT), (2, "示例·吴检查员", Role.INSPECTOR)):
        with clock.freeze(clock.now() - dt.timedelta(days=days_ago)):
            invite(
                f"invited-{days_ago}@example.com", name, role, area, department=Department.HEALTH,
                link=lambda token: reverse("invitation", args=[token]), by=by,
            )  # fmt: skip
    remind(clock.today())
