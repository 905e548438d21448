"""Points on the map: WGS-84, GCJ-02 and BD-09 into one another, distances, Mercator metres, point in polygon.

Converted once at the edge; everything stored is WGS-84 (CGCS2000 is the same within metres). Degrees in, metres out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import asin, atan2, cos, degrees, exp, hypot, log, pi, radians, sin, sqrt, tan
from typing import NamedTuple

from portal.wording import N_, Fault

# One sphere for great circles and for Mercator: only then is a Mercator distance exactly the true one ÷ cos(latitude).
EARTH_RADIUS_M = 6_371_008.8


class Crs(StrEnum):
    """The system a point came in: GPS and 天地图, Amap and Tencent, Baidu."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Point(NamedTuple):
    """Longitude and latitude in degrees."""

    lng: float
    lat: float


# --- Is it a place in China -------------------------------------------------------------------------------------

# A box on purpose: drawing an outline of China ourselves is not allowed (《地图管理条例》).
WEST, SOUTH, EAST, NORTH = 73.4, 3.8, 135.1, 53.6


def in_china(point: Point) -> bool:
    """Whether the point lies in the box around China."""
    return WEST <= point.lng <= EAST and SOUTH <= point.lat <= NORTH


def check_point(lng: float, lat: float) -> Point:
    """The point, or a Fault that says whether the two numbers are swapped, foreign or no coordinates at all."""
    if in_china(Point(lng, lat)):
        return Point(lng, lat)
    if in_china(Point(lat, lng)):
        raise Fault("COORDINATES_SWAPPED", N_("Longitude and latitude are swapped: longitude comes first."))
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        message = N_("Longitude is between -180 and 180 degrees, latitude between -90 and 90.")
        raise Fault("COORDINATES_IMPOSSIBLE", message)
    raise Fault("COORDINATES_FOREIGN", N_("This point is not in China."))


# --- GCJ-02 and BD-09 -------------------------------------------------------------------------------------------

_AXIS = 6378245.0  # Krasovsky ellipsoid, as the published transform uses it
_ECCENTRICITY = 0.00669342162296594323
_X_PI = pi * 3000 / 180


def to_wgs84(point: Point, crs: Crs) -> Point:
    """From the system named to WGS-84, exact to a fraction of a millimetre inside China."""
    match Crs(crs):
        case Crs.WGS84:
            return point
        case Crs.GCJ02:
            return _gcj02_to_wgs84(point)
        case Crs.BD09:
            return _gcj02_to_wgs84(_bd09_to_gcj02(point))


def from_wgs84(point: Point, crs: Crs) -> Point:
    """From WGS-84 to the system named, for a base map that speaks it."""
    match Crs(crs):
        case Crs.WGS84:
            return point
        case Crs.GCJ02:
            return _wgs84_to_gcj02(point)
        case Crs.BD09:
            return _gcj02_to_bd09(_wgs84_to_gcj02(point))


def _wgs84_to_gcj02(point: Point) -> Point:
    if not in_china(point):
        return point
    east, north = _gcj02_offset(point)
    return Point(point.lng + east, point.lat + north)


def _gcj02_to_wgs84(point: Point) -> Point:
    """The transform has no inverse in closed form: step back by the error until it is gone (five steps are plenty)."""
    if not in_china(point):
        return point
    guess = point
    for _ in range(8):
        east, north = _gcj02_offset(guess)
        guess = Point(point.lng - east, point.lat - north)
    return guess


def _gcj02_offset(point: Point) -> tuple[float, float]:
    """How many degrees east and north GCJ-02 puts a WGS-84 point."""
    x, y = point.lng - 105.0, point.lat - 35.0
    root = sqrt(abs(x))
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0

    latitude = radians(point.lat)
    flattening = 1 - _ECCENTRICITY * sin(latitude) ** 2
    metres_per_radian_north = _AXIS * (1 - _ECCENTRICITY) / (flattening * sqrt(flattening))
    metres_per_radian_east = _AXIS / sqrt(flattening) * cos(latitude)
    return degrees(east / metres_per_radian_east), degrees(north / metres_per_radian_north)


def _gcj02_to_bd09(point: Point) -> Point:
    radius = hypot(point.lng, point.lat) + 0.00002 * sin(point.lat * _X_PI)
    angle = atan2(point.lat, point.lng) + 0.000003 * cos(point.lng * _X_PI)
    return Point(radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006)


def _bd09_to_gcj02(point: Point) -> Point:
    guess = Point(point.lng - 0.0065, point.lat - 0.006)
    for _ in range(8):
        forward = _gcj02_to_bd09(guess)
        guess = Point(guess.lng + point.lng - forward.lng, guess.lat + point.lat - forward.lat)
    return guess


# --- Distances --------------------------------------------------------------------------------------------------


def distance_m(a: Point, b: Point) -> float:
    """Great-circle metres between two WGS-84 points (haversine; 0.01° of latitude = 1,111.95 m)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_chord = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lng - a.lng) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half_chord)))


def mercator_m(point: Point) -> tuple[float, float]:
    """The point on the Mercator plane in metres, as the indexed column holds it."""
    return EARTH_RADIUS_M * radians(point.lng), EARTH_RADIUS_M * log(tan(pi / 4 + radians(point.lat) / 2))


def from_mercator_m(x: float, y: float) -> Point:
    """Back to degrees."""
    return Point(degrees(x / EARTH_RADIUS_M), degrees(2 * atan2(exp(y / EARTH_RADIUS_M), 1) - pi / 2))


def widest_mercator_m(centre: Point, radius_m: float) -> float:
    """A Mercator radius that surely holds every point within `radius_m` of the centre."""
    return radius_m / cos(_highest_latitude(centre, radius_m))


def surely_within_m(centre: Point, mercator_radius_m: float, radius_m: float) -> float:
    """True metres around the centre that a Mercator circle surely holds, looking no further out than `radius_m`."""
    return min(radius_m, mercator_radius_m * cos(_highest_latitude(centre, radius_m)))


def _highest_latitude(centre: Point, radius_m: float) -> float:
    return min(radians(abs(centre.lat)) + radius_m / EARTH_RADIUS_M, radians(89.0))


# --- Point in polygon -------------------------------------------------------------------------------------------

Ring = Sequence[Sequence[float]]


def inside(point: Point, geometry: Mapping[str, object]) -> bool:
    """Whether a point lies in a GeoJSON Polygon or MultiPolygon of the same system; a point on the line is inside."""
    match geometry:
        case {"type": "Polygon", "coordinates": rings}:
            return _in_polygon(point, rings)  # type: ignore[arg-type]
        case {"type": "MultiPolygon", "coordinates": polygons}:
            return any(_in_polygon(point, rings) for rings in polygons)  # type: ignore[attr-defined]
    raise ValueError(f"{geometry.get('type')} is not a Polygon or MultiPolygon")


def bounding_box(geometry: Mapping[str, object]) -> tuple[float, float, float, float]:
    """West, south, east, north of a Polygon or MultiPolygon: a cheap test before `inside`."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    corners = [corner for rings in polygons for corner in rings[0]]  # type: ignore[attr-defined]
    lngs, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return min(lngs), min(lats), max(lngs), max(lats)


def _in_polygon(point: Point, rings: Sequence[Ring]) -> bool:
    """In the outer ring and in none of the holes; the edge of a hole still belongs to the polygon."""
    outer, *holes = rings
    if _on_line(point, outer) or any(_on_line(point, hole) for hole in holes):
        return True
    return _encloses(outer, point) and not any(_encloses(hole, point) for hole in holes)


def _encloses(ring: Ring, point: Point) -> bool:
    """Even-odd rule: a ray to the east crosses the ring an odd number of times."""
    odd = False
    for (x1, y1), (x2, y2) in _edges(ring):
        if (y1 > point.lat) != (y2 > point.lat) and point.lng < (x2 - x1) * (point.lat - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def _on_line(point: Point, ring: Ring) -> bool:
    for (x1, y1), (x2, y2) in _edges(ring):
        cross = (x2 - x1) * (point.lat - y1) - (y2 - y1) * (point.lng - x1)
        within = min(x1, x2) <= point.lng <= max(x1, x2) and min(y1, y2) <= point.lat <= max(y1, y2)
        if within and abs(cross) <= 1e-12:
            return True
    return False


def _edges(ring: Ring) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    corners = [(corner[0], corner[1]) for corner in ring]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))
