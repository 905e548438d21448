"""Finding a place by name when there is no geocoder: the names of districts, subdistricts and communities."""

from django.db.models import Avg, QuerySet

from portal.coordinates import Point, bounding_box
from portal.models import Area, AreaLevel
from providers.models import Provider, Standing

NAMED = (AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY)
ORDER = {level: number for number, level in enumerate(NAMED)}
MOST = 30


def named(text: str, *, under: str) -> list[Area]:
    """Areas of the city whose name holds the text: districts first, then subdistricts, then communities."""
    words = text.split()
    found = places(under)
    for word in words:
        found = found.filter(name__icontains=word)
    rows = list(found[: MOST * 4])
    rows.sort(key=lambda area: (area.name != text, ORDER[AreaLevel(area.level)], area.path))
    return rows[:MOST]


def places(under: str) -> QuerySet[Area]:
    """Every place of the city one can look around, with where it belongs."""
    return (
        Area.objects.filter(level__in=NAMED, path__startswith=under, successor__isnull=True)
        .select_related("parent__parent")
        .defer("outline", "parent__outline", "parent__parent__outline")
        .order_by("path")
    )


def centre_of(area: Area) -> Point | None:
    """About the middle of an area: the mean of the providers in it, else of what is around it, else its outline."""
    codes = area.path.rstrip("/").split("/")
    while codes:
        path = "/".join(codes) + "/"
        there = Provider.objects.filter(area_path__startswith=path, standing=Standing.ACTIVE)
        mean = there.aggregate(lng=Avg("lng"), lat=Avg("lat"))
        if mean["lng"] is not None:
            return Point(round(mean["lng"], 5), round(mean["lat"], 5))
        outline = Area.objects.filter(code=codes[-1]).values_list("outline", flat=True).first()
        if outline:
            west, south, east, north = bounding_box(outline)
            return Point(round((west + east) / 2, 5), round((south + north) / 2, 5))
        codes.pop()
    return None
