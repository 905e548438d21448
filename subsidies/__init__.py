"""Subsidies: what is owed, why, and was it paid."""
