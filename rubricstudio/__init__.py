"""Wiring of RubricStudio, no domain code."""
