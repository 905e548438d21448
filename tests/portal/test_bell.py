"""A web process of its own knows the broker: its bell is heard, whoever imported what before."""

import os
import subprocess
import sys

from portal.embedded.site import CHECKOUT

RING = """
import django; django.setup()
from portal.tasks import ring, work_runs
print(work_runs.app.main, work_runs.app.conf.broker_url)
"""


def test_the_bell_of_a_fresh_process_goes_to_the_site_s_broker(settings):
    done = subprocess.run(
        [sys.executable, "-c", RING], cwd=CHECKOUT, capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
    )  # fmt: skip
    assert done.stdout.split() == ["tuoyu", settings.CELERY_BROKER_URL]
