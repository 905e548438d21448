"""Loaded before Django reads its settings (`-p tests.early`): says that it is a test, brings servers and template."""

import os
import zlib

from portal import embedded
from tests import template

os.environ["TUOYU_TESTING"] = "1"
embedded.ensure_unless_configured()
ours = embedded.urls().redis_url
if os.environ.get("REDIS_URL", ours).startswith(ours):  # not configured, or set by the process that started this one
    # Database 0 belongs to a running demo; each test process clears one of the other 15 as it likes.
    who = f"{os.environ.get('TEST_DB')} {os.environ.get('PYTEST_XDIST_WORKER')}"
    os.environ["REDIS_URL"] = f"{ours}?db={1 + zlib.crc32(who.encode()) % 15}"
if not os.environ.get("DATABASE_URL") and (name := template.ensure()):
    os.environ["TEST_TEMPLATE"] = name
