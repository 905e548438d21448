"""Subsidies: the law, the ledger, the way to the money."""
