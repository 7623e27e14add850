"""Reads across models, as frozen dataclasses and with a constant number of queries."""
