"""The demo city's officials: one subdistrict officer each, districts, the city, and the accounts to log in with."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from portal import clock
from portal.demo.bulk import copy, ids, span
from portal.models import Area, AreaLevel, Department, Membership, Role, User

PASSWORD = "tuoyu-demo-2025"  # printed by `make demo`; production refuses demo accounts
SINCE = dt.date(2020, 7, 1)  # before the first filing they decided on
HOME_DISTRICT = "440105"
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
    home_street = Area.objects.filter(level=AreaLevel.STREET, code__startswith=HOME_DISTRICT).order_by("code").first()
    for area in Area.objects.filter(level=AreaLevel.STREET).order_by("code"):
        username = "subdistrict" if area == home_street else f"street-{area.code}"
        add(username, "专干", Role.SUBDISTRICT, area.code)
    return found


LOGINS = {"city", "finance", "auditor", "sysadmin", "district", "inspector", "evaluator", "subdistrict"}


def load() -> str:
    """Make every official and their office."""
    people = officials()
    secret = make_password(PASSWORD)
    copy_users((login, name, secret if login in LOGINS else "!") for login, name, *_ in people)
    users, areas, at = ids(User, "username"), ids(Area), clock.now()
    copy(
        Membership,
        ("user", "role", "area", "department", "during", "granted_at"),
        ((users[login], role, areas[area], dept, span(SINCE), at) for login, _, role, area, dept in people),
    )
    return f"{len(people)} officials"
