"""What pages with a conversation share: its sources, and the parts that are sent when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from labeling import showing
from labeling.models import Item
from labeling.turns import Reading, between, pretty, rest_of

DOCUMENTS = 20


def more_turns(
    request: HttpRequest, messages: list[dict[str, Any]], reading: Reading, more: str
) -> HttpResponse:
    """A fragment for the page that asked, a page of its own for a browser without script."""
    start, turn = _number(request.GET.get("start")), request.GET.get("turn")
    context: dict[str, Any] = {"more": more}
    if turn is None:
        context["turns"] = between(messages, start, reading)
    else:
        at = _number(turn)
        if at >= len(messages):
            raise Http404
        text, end, whole = rest_of(messages[at], start)
        context |= {"text": text, "at": at, "start": end, "whole": whole}
    page = "labeling/turns.html" + ("#turns" if request.headers.get("HX-Request") else "")
    return render(request, page, context)


def has_sources(item: Item) -> bool:
    """Whether there is anything that a response may be checked against."""
    listed = item.metadata.get("documents")
    documents = listed if isinstance(listed, list) else []
    told = any(isinstance(one, Mapping) for one in documents[:DOCUMENTS])
    return told or item.reference is not None or bool(item.tools)


def sources(item: Item, *, reference: bool = True) -> list[dict[str, Any]]:
    """What a response may be checked against: documents of the item, its reference, its tools."""
    documents = item.metadata.get("documents")
    listed = documents if isinstance(documents, list) else []
    found = [_document(one) for one in listed[:DOCUMENTS] if isinstance(one, Mapping)]
    if reference and item.reference is not None:
        found.append(_source(gettext("Reference"), item.reference))
    if item.tools:
        found.append(_source(gettext("Tools the model was given"), item.tools))
    return found


def _document(stated: Mapping[str, Any]) -> dict[str, Any]:
    return _source(str(stated.get("title") or gettext("Document")), stated.get("text"))


def _source(title: str, value: object) -> dict[str, Any]:
    """A text as it was meant, anything else as a tree or, when that is too much, as JSON."""
    if isinstance(value, str):
        html = showing.rich(value)
        return {"title": title, "html": html or showing.plain(value), "is_rich": html is not None}
    return {"title": title, "tree": showing.tree(value), "text": pretty(value)}


def _number(text: str | None) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise Http404
