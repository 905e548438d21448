"""Inspections: is it safe and good."""
