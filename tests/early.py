"""Loaded before Django reads its settings (`-p tests.early`): says that tests run, and starts the servers."""

import os

from portal import embedded

os.environ["TUOYU_TESTING"] = "1"
embedded.ensure_unless_configured()
