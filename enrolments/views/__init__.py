"""Pages of enrolments."""
