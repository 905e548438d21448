"""Fixtures of the inspections' tests: photos in a folder of the test's own, a provider, its district's officer."""

import pytest

from tests.factories import inspections as make
from tests.factories.providers import class_group, provider


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads land in the test's folder."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def here(city):
    """A provider in 海珠区 with one class, and a checklist in force."""
    make.checklist()
    return class_group(provider(street="440105001"))


@pytest.fixture
def officer(official):
    """The district officer of 海珠区."""
    return official("DISTRICT", "440105")
