"""Graders: programmes that turn a response into a reward. Pure: no Django, no network."""
