"""App configuration of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The base of the house: people, areas, time, audit, notices."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the start-up checks; know the broker, or a bell rung by the web would go nowhere."""
        from portal import celery, checks  # noqa: F401  (both need settings, which must be ready first)
