"""Commands of subsidies."""
