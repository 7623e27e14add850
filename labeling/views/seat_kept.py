"""What of the desk's page hangs on batch, rubric version and language alone: set once.

Where it names the seat or the person, a stand-in that nobody can know stands while it is set; what
is kept is a format for `format_html`, which puts the real ones there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.template.loader import render_to_string
from django.utils.translation import get_language

from labeling import rating
from labeling.forms.desk import FlagForm, SkipForm
from labeling.guidelines import guidelines_of
from labeling.models import Batch, RubricVersion
from labeling.views.seat_cards import Card, cards

# The fields of what is kept, with their stand-ins: numbers where the page has numbers.
STAND_INS: dict[str, int | str | UUID] = {
    **{name: 10**17 + secrets.randbelow(9 * 10**17) for name in ("seat", "after", "user")},
    **{name: 10**17 + secrets.randbelow(9 * 10**17) for name in ("done", "total")},
    **{name: secrets.token_hex(32) for name in ("token", "response")},
    **{name: uuid4() for name in ("flag", "submission")},
}


@dataclass(frozen=True, slots=True)
class Untouched:
    """A published version on the desk with nothing answered yet."""

    cards: list[Card]
    criteria: str
    # A format of the fields seat, token and flag.
    dialogs: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page around a response hangs on, beside the version and the language."""

    batch: int
    name: str
    asks_confidence: bool
    keeps_copies: bool
    is_followed: bool


def untouched(version: RubricVersion, *, asks_confidence: bool) -> Untouched:
    """The parts of a published version, which is sealed."""
    return _untouched(rating.Published(version), asks_confidence, get_language())


def framed(batch: Batch, *, is_followed: bool) -> str:
    """The page with nothing answered and nothing to say: a format of all fields.

    `is_followed` where the last submission can be undone from it.
    """
    copies = batch.project.drafts_in_browser
    frame = Frame(batch.pk, batch.name, batch.asks_confidence, copies, is_followed)
    return _framed(rating.Published(batch.rubric_version), frame, get_language())


@lru_cache(maxsize=128)
def _untouched(key: rating.Published, asks_confidence: bool, language: str) -> Untouched:
    version = key.version
    shown = cards(rating.criteria_of(version), {}, asks_confidence=asks_confidence)
    return Untouched(
        cards=shown,
        criteria=render_to_string("labeling/seat_criteria.html", {"cards": shown}),
        dialogs=_format(render_to_string("labeling/seat_dialogs.html", _around(version))),
    )


@lru_cache(maxsize=128)
def _framed(key: rating.Published, frame: Frame, language: str) -> str:
    version, kept = key.version, _untouched(key, frame.asks_confidence, language)
    context = {
        **_around(version),
        "request": {"user": {"pk": STAND_INS["user"]}},
        "batch": {"pk": frame.batch, "name": frame.name},
        "project": {"drafts_in_browser": frame.keeps_copies},
        "version": version,
        "cards": kept.cards,
        "criteria_html": kept.criteria,
        "response_html": STAND_INS["response"],
        "submission_id": STAND_INS["submission"],
        "done": STAND_INS["done"],
        "total": STAND_INS["total"],
        "answered": 0,
        "draft_writer": "",
        "draft_seq": 0,
        "after": {"pk": STAND_INS["after"]} if frame.is_followed else None,
        "undo_seconds": rating.UNDO_SECONDS,
    }
    return _format(render_to_string("labeling/seat.html#content", context))


def _around(version: RubricVersion) -> dict[str, Any]:
    """What opens over the desk."""
    initial = {"version": version.pk, "submission_id": STAND_INS["flag"]}
    return {
        "seat": {"pk": STAND_INS["seat"]},
        "csrf_token": STAND_INS["token"],
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": FlagForm(initial=initial, version=version),
        "guidelines": guidelines_of(version),
    }


def _format(html: str) -> str:
    """Braces are meant as they stand; stand-ins become fields of their names."""
    text = html.replace("{", "{{").replace("}", "}}")
    for name, stand_in in STAND_INS.items():
        text = text.replace(str(stand_in), f"{{{name}}}")
    return text
