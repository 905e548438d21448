"""Template tags of subsidies."""
