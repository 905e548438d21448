"""Enrolments: who takes a place."""
