"""The front door: parents find a place nearby (找托位). No login, no trace of where a family lives."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from portal import clock
from portal.coordinates import Point
from portal.models import Area, AreaLevel
from portal.permissions import public
from portal.wording import Fault
from providers.forms.search import SearchForm
from providers.models import Kind, Mode
from providers.queries.applications import told
from providers.queries.asked import READERS, Unanswerable, point_in, read
from providers.queries.nearby import Nearby, nearby
from providers.queries.where import centre_of, named, places

STEP = 20
MOST = 100


@dataclass(slots=True)
class Place:
    """Where to look: a point and how to call it, or the choices and faults that stand in the way."""

    point: Point | None = None
    name: str = ""
    choices: tuple[Area, ...] = ()
    fault: str = ""


@public
def page(request: HttpRequest) -> HttpResponse:
    """A parent on a phone says where (or presses “my location”) and reads the list; two taps to a provider."""
    where = _where(request)
    answer, faults = None, {}
    if where.point is not None:
        try:
            answer = nearby(read(_given(request, where.point), on=clock.today()))
        except Unanswerable as fault:
            faults = fault.faults
    elif where.fault:
        faults = {"near": where.fault}
    context = {
        "form": _form(request, faults),
        "where": where,
        "answer": answer,
        "rows": _rows(answer),
        "faults": [text for name, text in faults.items() if name in ("lng", "lat", "limit")],
        "point": f"{where.point.lng:.5f},{where.point.lat:.5f}" if where.point else "",
        "more_url": _more(request, answer),
        "districts": [] if where.point else _districts(request),
        "streets": _streets(request),
        "asked_district": request.GET.get("district", ""),
    }
    return render(request, "providers/search.html", context, status=400 if faults else 200)


def _where(request: HttpRequest) -> Place:
    """The point asked for: typed numbers, the device's own, or the middle of a named place."""
    lng, lat = request.GET.get("lng", ""), request.GET.get("lat", "")
    text = request.GET.get("near", "").strip()
    if code := request.GET.get("at", ""):
        area = places(_city_path()).filter(code=code).first()
        if area is not None and (centre := centre_of(area)) is not None:
            return Place(centre, _name_of(area))
        return Place(fault=_("This place is not known here."))
    if text:
        return _typed(text)
    if lng or lat:
        return _typed(f"{lng},{lat}")
    return Place()


def _typed(text: str) -> Place:
    """What a person typed: coordinates, or the name of a place."""
    try:
        if (point := point_in(text)) is not None:
            return Place(point, _("the point you gave"))
    except Fault as fault:
        return Place(fault=told(fault))
    found = named(text, under=_city_path())
    exact = [area for area in found if area.name == text]
    if len(found) == 1 or len(exact) == 1:
        area = exact[0] if exact else found[0]
        if (centre := centre_of(area)) is not None:
            return Place(centre, _name_of(area))
    if found:
        return Place(choices=tuple(found))
    return Place(
        fault=_("No place called “%(text)s” is known here. Choose a district below, or type coordinates.")
        % {"text": text}
    )


def _given(request: HttpRequest, point: Point) -> dict[str, list[str]]:
    """The page's query as the search reads it: without empty fields and the page's own."""
    given = {
        name: [text for text in texts if text]
        for name, texts in request.GET.lists()
        if name in READERS and name not in ("lng", "lat", "limit")
    }
    if "mode" not in request.GET:
        given["mode"] = [SearchForm.base_fields["mode"].initial]
    for box in ("vacancy", "inclusive"):
        if given.get(box) == ["on"]:
            given[box] = ["true"]
    given |= {"lng": [str(point.lng)], "lat": [str(point.lat)], "limit": [str(_limit(request))]}
    return {name: texts for name, texts in given.items() if texts}


def _limit(request: HttpRequest) -> int:
    asked = request.GET.get("more", "")
    return min(MOST, STEP * int(asked)) if asked in {"1", "2", "3", "4", "5"} else STEP


def _more(request: HttpRequest, answer: Nearby | None) -> str:
    """The address of a longer list; empty when this is all, or as long as it gets."""
    limit = _limit(request)
    if answer is None or len(answer.results) < limit or limit >= MOST:
        return ""
    query = [(name, text) for name, texts in request.GET.lists() for text in texts if text and name != "more"]
    return f"?{urlencode([*query, ('more', limit // STEP + 1)])}#results"


def _rows(answer: Nearby | None) -> list[dict[str, Any]]:
    """The list with its words."""
    return [
        {
            "found": row,
            "kind": Kind(row.kind).label,
            "mode": Mode(row.mode).label,
            "distance": _away(row.distance_m),
            "per": {"hourly": _("an hour"), "temporary": _("a time")}.get(row.mode, _("a month")),
        }
        for row in (answer.results if answer else [])
    ]


def _away(metres: float) -> str:
    """How far, in words: 90 m, 480 m, 1.2 km."""
    if metres < 995:
        return _("%(m)s m") % {"m": int(round(metres, -1)) or 10}
    return _("%(km)s km") % {"km": f"{metres / 1000:.1f}"}


def _form(request: HttpRequest, faults: dict[str, str]) -> SearchForm:
    """The form as it was asked, with the faults the search found at its fields."""
    data = request.GET.copy()
    for name, field in SearchForm().fields.items():
        if name not in data and field.initial is not None:
            data[name] = field.initial
    form = SearchForm(data)
    form.full_clean()
    form.errors.clear()
    for name, text in faults.items():
        if name in form.fields:
            form.add_error(name, text)
    return form


def _districts(request: HttpRequest) -> list[Area]:
    return list(
        Area.objects.filter(level=AreaLevel.DISTRICT, path__startswith=_city_path(), successor__isnull=True)
        .defer("outline")
        .order_by("path")
    )


def _streets(request: HttpRequest) -> list[Area]:
    """The subdistricts of the district that was chosen from the list."""
    code = request.GET.get("district", "")
    return list(places(_city_path()).filter(level=AreaLevel.STREET, parent__code=code)) if code else []


def _name_of(area: Area) -> str:
    """An area with where it belongs: 海珠区 赤岗街道."""
    names = [area.name]
    above = area.parent
    while above is not None and above.level in (AreaLevel.DISTRICT, AreaLevel.STREET):
        names.append(above.name)
        above = above.parent
    return " ".join(reversed(names))


def _city_path() -> str:
    return Area.objects.filter(code=settings.CITY_CODE).values_list("path", flat=True).first() or ""


@public
@cache_control(public=True, max_age=86_400)
def outlines(request: HttpRequest) -> HttpResponse:
    """The map asks for the outlines of the districts, once a day."""
    found = Area.objects.filter(outline__isnull=False, path__startswith=_city_path()).order_by("path")
    features = [{"type": "Feature", "properties": {"name": area.name}, "geometry": area.outline} for area in found]
    return JsonResponse({"type": "FeatureCollection", "features": features})
