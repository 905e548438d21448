"""App configuration of enrolments."""

from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    """Who takes a place, and who came."""

    name = "enrolments"
    verbose_name = "Enrolments"

    def ready(self) -> None:
        """Register the start-up check."""
        from enrolments import checks  # noqa: F401  (it needs settings, which are ready only now)
