"""Pages of subsidies, by subject."""
