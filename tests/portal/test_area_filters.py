"""What a list's area filter offers: the areas under one's own, never those of others, nothing where nothing differs."""

import pytest
from django.urls import reverse

from portal.queries.areas import to_choose_from
from tests.factories import providers as make

LISTS = ["providers:index", "inspections:visits", "inspections:findings", "inspections:ratings", "subsidies:claims"]


def offered(response) -> list[str]:
    """The codes in the page's area filter."""
    form = (response.context.get("filterset") or response.context["filter"]).form
    return [str(code) for code, _ in form.fields["area"].choices if code] if "area" in form.fields else []


def test_the_areas_right_below_ones_own(city, official):
    assert {area.code for area in to_choose_from(official("CITY", "4401"))} >= {"440105", "440106"}
    below = [area.code for area in to_choose_from(official("DISTRICT", "440105"))]
    assert below == ["440105001", "440105002", "440105003"]
    assert [area.code for area in to_choose_from(official("SUBDISTRICT", "440105001"))] == ["440105001"]


@pytest.mark.parametrize("name", LISTS)
def test_a_district_chooses_among_its_subdistricts_a_subdistrict_has_no_choice(city, official, client_of, name):
    district, street = official("DISTRICT", "440105"), official("SUBDISTRICT", "440105001")
    assert offered(client_of(district).get(reverse(name))) == ["440105001", "440105002", "440105003"]
    assert offered(client_of(street).get(reverse(name))) == []


def test_the_register_is_cut_to_the_chosen_area_and_a_foreign_one_is_told(city, official, client_of):
    here, _next_door = (make.provider(street=code) for code in ("440105001", "440105002"))
    client = client_of(official("DISTRICT", "440105"))
    page = client.get(reverse("providers:index"), {"area": "440105001"})
    assert list(page.context["page"].object_list) == [here]
    foreign = client.get(reverse("providers:index"), {"area": "440106"})
    assert "area" in foreign.context["filter"].form.errors
