"""Factories without surprises: each makes one true thing."""
