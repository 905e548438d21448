"""Coordinate systems, distances and outlines: published reference points and corners that tend to go wrong."""

import pytest

from portal.coordinates import (
    Crs,
    Point,
    bounding_box,
    check_point,
    distance_m,
    from_mercator_m,
    from_wgs84,
    inside,
    mercator_m,
    surely_within_m,
    to_wgs84,
    widest_mercator_m,
)
from portal.wording import Fault

CANTON_TOWER = Point(113.3191, 23.1064)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),  # reference pairs of the public transform
    [
        (Point(121.5272106, 31.1774276), Point(121.531541859215, 31.17530398364597)),
        (Point(113.912316, 22.543847), Point(113.9171764808363, 22.540796131694766)),
        (Point(116.377817, 39.911954), Point(116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_as_published(wgs84, gcj02):
    assert from_wgs84(wgs84, Crs.GCJ02) == pytest.approx(gcj02, abs=1e-12)
    assert distance_m(to_wgs84(gcj02, Crs.GCJ02), wgs84) < 0.001


def test_bd09_is_some_hundred_metres_from_gcj02_and_comes_back():
    gcj02, bd09 = from_wgs84(CANTON_TOWER, Crs.GCJ02), from_wgs84(CANTON_TOWER, Crs.BD09)
    assert bd09.lng - gcj02.lng == pytest.approx(0.0065, abs=0.0002)
    assert bd09.lat - gcj02.lat == pytest.approx(0.0060, abs=0.0004)
    assert distance_m(to_wgs84(bd09, Crs.BD09), CANTON_TOWER) < 0.001


def test_the_offset_would_break_a_circle_of_300_metres():
    assert 300 < distance_m(CANTON_TOWER, from_wgs84(CANTON_TOWER, Crs.GCJ02)) < 700


def test_wgs84_is_left_alone_and_so_is_a_point_abroad():
    paris = Point(2.3522, 48.8566)
    assert to_wgs84(CANTON_TOWER, Crs.WGS84) == CANTON_TOWER
    assert from_wgs84(paris, Crs.GCJ02) == to_wgs84(paris, Crs.GCJ02) == paris


def test_distances():
    assert distance_m(Point(113, 23), Point(113, 23.01)) == pytest.approx(1111.95, abs=0.01)
    assert distance_m(Point(179.99, 0), Point(-179.99, 0)) == pytest.approx(2223.9, abs=0.1)
    assert distance_m(CANTON_TOWER, CANTON_TOWER) == 0


def test_mercator_and_back():
    assert from_mercator_m(*mercator_m(CANTON_TOWER)) == pytest.approx(CANTON_TOWER, abs=1e-12)
    assert mercator_m(Point(0, 0)) == pytest.approx((0, 0), abs=1e-6)


def test_a_mercator_circle_holds_less_than_it_seems():
    mercator = widest_mercator_m(CANTON_TOWER, 3000)
    assert mercator > 3000 / 0.92
    assert surely_within_m(CANTON_TOWER, mercator, 3000) == pytest.approx(3000)
    assert surely_within_m(CANTON_TOWER, mercator / 2, 3000) == pytest.approx(1500)
    assert surely_within_m(CANTON_TOWER, mercator * 9, 3000) == 3000


@pytest.mark.parametrize(
    ("lng", "lat", "code"),
    [
        (23.1064, 113.3191, "COORDINATES_SWAPPED"),
        (2.3522, 48.8566, "COORDINATES_FOREIGN"),
        (113.3, 923.1, "COORDINATES_IMPOSSIBLE"),
        (float("nan"), 23.1, "COORDINATES_IMPOSSIBLE"),
    ],
)
def test_points_that_cannot_be(lng, lat, code):
    with pytest.raises(Fault) as fault:
        check_point(lng, lat)
    assert fault.value.code == code


SQUARE_WITH_A_HOLE = {
    "type": "Polygon",
    "coordinates": [
        [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
        [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]],
    ],
}
TWO_ISLANDS = {
    "type": "MultiPolygon",
    "coordinates": [
        SQUARE_WITH_A_HOLE["coordinates"],
        [[[10, 10], [12, 10], [11, 12], [10, 10]]],
    ],
}


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        (Point(0.5, 0.5), True),
        (Point(2, 2), False),  # in the hole
        (Point(1, 2), True),  # on the edge of the hole
        (Point(4, 4), True),  # a corner
        (Point(4, 2), True),  # an edge
        (Point(4.000001, 2), False),
        (Point(-1, 4), False),  # level with a corner, outside
        (Point(11, 11), True),  # the second island
        (Point(11, 10), True),  # its lower edge
        (Point(10.2, 11), False),
    ],
)
def test_point_in_outline(point, answer):
    assert inside(point, TWO_ISLANDS) is answer


def test_outlines():
    assert bounding_box(TWO_ISLANDS) == (0, 0, 12, 12)
    assert bounding_box(SQUARE_WITH_A_HOLE) == (0, 0, 4, 4)
    with pytest.raises(ValueError, match="LineString"):
        inside(Point(0, 0), {"type": "LineString", "coordinates": []})
