"""How hard properties are tried: quickly by default, long with DEEP=1. No deadline: the machine may be busy."""

import os

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=100)
settings.register_profile("deep", deadline=None, max_examples=3000)
settings.load_profile("deep" if os.environ.get("DEEP") else "quick")
