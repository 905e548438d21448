"""Whoever follows any link of the demo city comes to a page: no dead link, no fault, no name that was not given."""

import re

import pytest

from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")


def test_every_link_of_every_role_leads_to_a_page(demo_city: City):
    done = demo_city.manage("shell", "--verbosity=0", "--command=from tests.demo.crawl import main; main()")
    *faults, count = done.stdout.splitlines() or [done.stderr]
    assert not faults, "\n".join(faults)
    assert int(re.fullmatch(r"(\d+) pages", count)[1]) > 400
