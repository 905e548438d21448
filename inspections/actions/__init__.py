"""The only writers of inspections: one module per subject."""
