"""What pages, panels and the API read of enrolments."""
