"""Where a point lies: into WGS-84, into its district."""

from portal.coordinates import Crs, Point, check_point, inside, to_wgs84
from portal.models import Area, AreaLevel
from portal.wording import N_, Fault


def streets() -> "list[Area]":
    """The subdistricts and towns a provider can be in, with their districts; two queries."""
    return list(
        Area.objects.filter(level=AreaLevel.STREET, successor__isnull=True, official=True)
        .select_related("parent")
        .order_by("path")
        .defer("outline", "parent__outline")
    )


def outlined() -> "list[Area]":
    """Every area with an outline: the districts. One query; hand it to `locate` when there are many points."""
    return list(Area.objects.filter(outline__isnull=False).order_by("path"))


def locate(lng: float, lat: float, crs: str, street: Area, *, outlines: "list[Area] | None" = None) -> Point:
    """The point in WGS-84. Raises Fault when it is no point in China or lies outside the subdistrict's district."""
    check_point(lng, lat)
    point = to_wgs84(Point(lng, lat), Crs(crs))
    outlines = outlined() if outlines is None else outlines
    above = [area for area in outlines if street.path.startswith(area.path)]
    if not above or inside(point, above[-1].outline or {}):
        return point
    district = above[-1]
    there = next((area for area in outlines if area.pk != district.pk and inside(point, area.outline or {})), None)
    if there is not None:
        message = N_(
            "This point lies in %(there)s, not in %(district)s. Choose its subdistrict there, or correct the point."
        )
        raise Fault("POINT_IN_OTHER_DISTRICT", message, there=there.name, district=district.name)
    message = N_(
        "This point lies outside %(district)s. Correct the point, or choose the coordinate system it was taken in."
    )
    raise Fault("POINT_OUTSIDE_DISTRICT", message, district=district.name)
