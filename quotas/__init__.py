"""Quotas: does the city have enough places, and where is the gap."""
