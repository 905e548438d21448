"""The only writers of enrolments: one module per subject."""
