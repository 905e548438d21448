"""App configuration of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The base of the house: people, areas, time, audit, notices."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the start-up checks."""
        from portal import checks  # noqa: F401  (checks import settings, which must be ready first)
