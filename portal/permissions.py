"""Who may see what: offices give area prefixes, and a queryset is cut to them (style §Inside an app, 8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from portal import clock
from portal.models import Membership, Role, User

BUSINESS_ROLES = frozenset(Role.values) - {Role.SYSADMIN}  # the system administrator sees no business data


@dataclass(frozen=True)
class Office:
    """An office in force: role, department and the area prefix it covers."""

    role: str
    department: str
    area_code: str
    area_path: str


def scopes_of(user: Any) -> tuple[Office, ...]:
    """The offices a person holds today; one query per request (kept on the user object)."""
    if not getattr(user, "is_authenticated", False):
        return ()
    day = clock.today()
    if (kept := getattr(user, "_offices", None)) and kept[0] == day:
        return kept[1]
    rows = (
        Membership.objects.filter(user=user, ended_at__isnull=True, during__contains=day)
        .order_by("role", "area__path")
        .values_list("role", "department", "area__code", "area__path")
    )
    offices = tuple(Office(*row) for row in rows)
    user._offices = (day, offices)
    return offices


def prefixes(user: Any, roles: Iterable[str] = BUSINESS_ROLES) -> list[str]:
    """The area prefixes the person covers in any of `roles`, without those inside another."""
    wanted = set(roles)
    paths = sorted({office.area_path for office in scopes_of(user) if office.role in wanted})
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]


def under(paths: Iterable[str], field: str = "area_path") -> Q:
    """A filter for rows under any of the prefixes; no prefix means no row."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def within(queryset: QuerySet, user: Any, roles: Iterable[str] = BUSINESS_ROLES, path: str = "area_path") -> QuerySet:
    """Cut a queryset to the rows under the person's areas in `roles`."""
    return queryset.filter(under(prefixes(user, roles), path))


def holds(user: Any, roles: Iterable[str], area_path: str) -> bool:
    """Whether the person holds one of `roles` over the area of `area_path`."""
    wanted = set(roles)
    return any(office.role in wanted and area_path.startswith(office.area_path) for office in scopes_of(user))


def has_role(user: Any, *roles: str) -> bool:
    """Whether the person holds one of `roles` anywhere."""
    return any(office.role in roles for office in scopes_of(user))


def is_official(user: Any) -> bool:
    """Whether the person holds any office."""
    return bool(scopes_of(user))


View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Send strangers to the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined]
    return guarded


def officials(*roles: str) -> Callable[[View], View]:
    """Let only holders of one of `roles` (none named: any office) in; others get 404, strangers the login page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not (has_role(request.user, *roles) if roles else is_official(request.user)):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.guard = roles or ("any office",)  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view as open to everybody; the guard test has the written list of these."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def people_holding(role: str, area_path: str) -> QuerySet[User]:
    """Active people who hold `role` over an area today, e.g. to tell them something."""
    day = clock.today()
    covering = [area_path[: i + 1] for i, letter in enumerate(area_path) if letter == "/"]
    return User.objects.filter(
        is_active=True,
        memberships__role=role,
        memberships__ended_at__isnull=True,
        memberships__during__contains=day,
        memberships__area__path__in=covering,
    ).distinct()
