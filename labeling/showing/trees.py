"""JSON as a tree that folds. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from labeling.language import ngettext
from labeling.showing.markup import Markup, cleaned

# More than this is no longer read as a tree; it is shown as indented text.
NODES = 600
DEPTH = 24
# What is open when the page comes: a glance, not everything.
OPEN_NODES = 40
TEXT_LENGTH = 2_000


def tree(value: object) -> Markup | None:
    """An object or a list as a tree; None for a plain value and for more than a page bears."""
    if not isinstance(value, dict | list) or not value or _size(value) > NODES:
        return None
    parts = _branches(value, is_open=_size(value) <= OPEN_NODES)
    return cleaned("".join(parts))


def read_json(text: str) -> object:
    """What a text says as JSON; None when it is none, or only a number or a word."""
    stripped = text.strip()
    if not stripped or stripped[0] not in "{[" or len(stripped) > 200_000:
        return None
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        return None


def _size(value: object, depth: int = 0) -> int:
    """How many nodes there are, counted only as far as it matters."""
    if depth > DEPTH:
        return NODES + 1
    if not isinstance(value, dict | list):
        return 1
    total = 1
    for child in value.values() if isinstance(value, dict) else value:
        total += _size(child, depth + 1)
        if total > NODES:
            break
    return total


def _branches(value: Mapping[str, object] | Sequence[object], *, is_open: bool) -> Iterator[str]:
    yield '<ul class="json">'
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, child in pairs:
        name = f'<span class="json-key">{escape(str(key))}</span>'
        if isinstance(child, dict | list) and child:
            state = " open" if is_open else ""
            yield f"<li><details{state}><summary>{name} {_count(child)}</summary>"
            yield from _branches(child, is_open=is_open)
            yield "</details></li>"
        else:
            yield f'<li>{name} <span class="json-value">{_leaf(child)}</span></li>'
    yield "</ul>"


def _count(child: Sequence[object] | Mapping[str, object]) -> str:
    if isinstance(child, Mapping):
        words = ngettext("%(n)s field", "%(n)s fields", len(child))
    else:
        words = ngettext("%(n)s entry", "%(n)s entries", len(child))
    return escape(words % {"n": len(child)})


def _leaf(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = f"{text[:TEXT_LENGTH]} …" if len(text) > TEXT_LENGTH else text
    return escape(cut)
