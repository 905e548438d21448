"""The only writers of providers: one module per subject."""
