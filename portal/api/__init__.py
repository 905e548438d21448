"""API version 1: shared pieces."""
