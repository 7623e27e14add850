"""Rubrics in the formats of others, in and out: one file a format, one registry.

`documents` turns files into values and back, `registry` values into rubrics and back. What a
format says that has no place here is kept in `extra` under its name, so that a rubric nobody has
changed is written as it came; what an author has changed is written as it reads now.
"""

from labeling.rubric_formats.base import Format, ItemRubric, Read, of_item
from labeling.rubric_formats.documents import json_text, parse, written, written_lines
from labeling.rubric_formats.registry import (
    FORMATS,
    TITLE,
    UnknownFormat,
    candidates,
    detect,
    format_of,
    line_format,
    losses,
    read,
    read_line,
    read_one,
    same_reward,
    write,
    write_items,
)

__all__ = [
    "FORMATS",
    "TITLE",
    "Format",
    "ItemRubric",
    "Read",
    "UnknownFormat",
    "candidates",
    "detect",
    "format_of",
    "json_text",
    "line_format",
    "losses",
    "of_item",
    "parse",
    "read",
    "read_line",
    "read_one",
    "same_reward",
    "write",
    "write_items",
    "written",
    "written_lines",
]
