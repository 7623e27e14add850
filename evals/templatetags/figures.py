"""Numbers in templates, written by evals.figures."""

from __future__ import annotations

from django import template

from evals import figures

register = template.Library()
register.filter("thousands", figures.thousands)
register.filter("percent", figures.percent)


@register.filter
def decimal(value: float | None, places: int = 2) -> str:
    """Fixed places; nothing for what is not there."""
    return "" if value is None else figures.decimal(value, places)
