"""Inspections keep their photos in a folder of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads land in the test's folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
