"""Drawings as parts of pages."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evals.drawing import Drawing


def inline(drawing: Drawing) -> SafeString:
    """The drawing as markup; Django escapes every attribute and every text."""
    marks = format_html_join(
        "",
        "<{0}{1}>{2}</{0}>",
        ((mark.tag, _attributes(mark.attributes), mark.text) for mark in drawing.marks),
    )
    return format_html("<svg{}>{}</svg>", _attributes(drawing.attributes), marks)


def _attributes(attributes: dict[str, str]) -> SafeString:
    return format_html_join("", ' {}="{}"', attributes.items())
