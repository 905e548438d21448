"""The area tree comes from a list: idempotent, dated, all or nothing."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from portal.models import Area, AreaSpan, AuditEvent

pytestmark = pytest.mark.django_db

HEAD = "code,name,level,parent_code,valid_from,valid_to,successor_code\n"
SMALL = HEAD + "44,广东省,province,,,,\n4401,广州市,city,44,,,\n440105,海珠区,district,4401,,,\n"


def load(tmp_path, text, *args, capsys=None):
    path = tmp_path / "areas.csv"
    path.write_text(text, encoding="utf-8")
    call_command("load_areas", str(path), *args)
    return capsys.readouterr().out if capsys else ""


def test_a_list_becomes_a_tree_with_paths(day, tmp_path, capsys):
    assert "3 areas: 3 added" in load(tmp_path, SMALL, capsys=capsys)
    assert Area.objects.get(code="440105").path == "44/4401/440105/"
    assert Area.objects.get(code="440105").parent.code == "4401"
    assert AreaSpan.objects.get(area__code="440105").name == "海珠区"


def test_loading_again_changes_nothing(day, tmp_path, capsys):
    load(tmp_path, SMALL)
    before = list(AreaSpan.objects.order_by("id").values_list("id", flat=True))
    assert "Nothing to do: 3 areas" in load(tmp_path, SMALL, capsys=capsys)
    assert list(AreaSpan.objects.order_by("id").values_list("id", flat=True)) == before
    assert AuditEvent.objects.filter(verb="load_areas").count() == 1


def test_an_area_that_moves_takes_everything_beneath_along(day, tmp_path):
    load(tmp_path, SMALL + "440183,增城市,city,44,,,\n440183001,荔城街道,street,440183,,,\n")
    load(tmp_path, HEAD + "440183,增城区,district,4401,,,\n")
    assert Area.objects.get(code="440183001").path == "44/4401/440183/440183001/"
    assert Area.objects.get(code="440183").name == "增城区"


def test_history_is_kept_by_spans_and_today_decides_the_name(day, tmp_path):
    load(
        tmp_path,
        SMALL
        + "440111,白云县,district,4401,,1987-12-31,\n440111,白云区,district,4401,1988-01-01,,\n"
        + "440114,花县,district,4401,,1993-12-31,440199\n440199,花都区,district,4401,1994-01-01,,\n",
    )
    assert Area.objects.get(code="440111").name == "白云区"
    on = {span.name: span.during for span in AreaSpan.objects.filter(area__code="440111")}
    assert on["白云县"].upper == dt.date(1988, 1, 1)
    assert on["白云区"].lower == dt.date(1988, 1, 1)
    load(tmp_path, HEAD + "440114,花县,district,4401,,1993-12-31,440199\n")
    assert Area.objects.get(code="440114").successor.code == "440199"


def test_a_city_without_districts_is_a_tree_too(day, tmp_path):
    load(tmp_path, HEAD + "4419,东莞市,city,,,,\n441900003,东城街道,street,4419,,,\n")
    assert Area.objects.get(code="441900003").path == "4419/441900003/"


@pytest.mark.parametrize(
    ("rows", "address"),
    [
        ("440105001,赤岗街道,street,440106,,,", "D5"),
        ("440105,海珠区,district,4401,2020-01-01,,", "E5"),
        ("440105001,赤岗街道,village,440105,,,", "C5"),
        ("44,广东省,province,440105,,,", "D5"),
        ("440105001,,street,440105,,,", "B5"),
        ("440105001,赤岗街道,street,440105,2025-01-01,2024-01-01,", "F5"),
        ("440105001,赤岗街道,street,440105,2025-02-30,,", "E5"),
    ],
    ids=[
        "unknown parent",
        "two names a day",
        "unknown level",
        "loop",
        "no name",
        "ends before it begins",
        "no such day",
    ],
)
def test_a_fault_names_its_cell_and_nothing_is_loaded(day, tmp_path, rows, address):
    text = SMALL if not rows.startswith("44,") else SMALL.replace("44,广东省,province,,,,\n", "45,广西,province,,,,\n")
    with pytest.raises(CommandError, match=address):
        load(tmp_path, f"{text}{rows}\n")
    assert not Area.objects.exists()


def test_outlines_come_from_geojson_and_swapped_coordinates_are_refused(day, tmp_path):
    ring = [[113.2, 23.0], [113.5, 23.0], [113.5, 23.2], [113.2, 23.0]]

    def geojson(points):
        path = tmp_path / "outlines.geojson"
        geometry = {"type": "MultiPolygon", "coordinates": [[points]]}
        path.write_text(json.dumps({"features": [{"properties": {"code": "440105"}, "geometry": geometry}]}))
        return str(path)

    load(tmp_path, SMALL, "--boundaries", geojson(ring))
    assert Area.objects.get(code="440105").outline["type"] == "MultiPolygon"
    with pytest.raises(CommandError, match="GeoJSON"):
        load(tmp_path, SMALL, "--boundaries", geojson([[lat, lng] for lng, lat in ring]))


def test_a_dry_run_and_a_template_write_nothing(day, tmp_path, capsys):
    assert "3 rows are good" in load(tmp_path, SMALL, "--dry-run", capsys=capsys)
    call_command("load_areas", "--template")
    assert capsys.readouterr().out.strip() == HEAD.strip()
    assert not Area.objects.exists()


def test_the_demo_city_s_real_list_loads_whole(day, settings):
    call_command("load_areas", str(settings.BASE_DIR / "demo/data/areas_4401.csv"), verbosity=0)
    levels = [Area.objects.filter(level=level).count() for level in ("city", "district", "street", "community")]
    assert levels == [1, 11, 178, 2851]
