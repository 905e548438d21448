#!/usr/bin/env python3
"""Django's command line for this project; brings up the embedded servers when no others are configured."""

import os
import sys

from portal import embedded

SERVERLESS = {"messages", "draw_states", "collectstatic", "makemigrations", "compilemessages", "help"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in SERVERLESS:
        embedded.ensure_unless_configured()
    from django.core.management import execute_from_command_line  # after the settings module is named

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
