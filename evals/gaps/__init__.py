"""Gaps: items on which experts agree and models score low. Pure: no Django, no network."""
