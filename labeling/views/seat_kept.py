"""Parts of the desk's page that hang on the rubric's version and the language alone: set once.

Where a part names the seat or the person, a stand-in that nobody can know stands while it is set;
what is kept is a format for `format_html`, which puts the real ones there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.translation import get_language

from labeling import rating
from labeling.forms.desk import FlagForm, SkipForm
from labeling.guidelines import guidelines_of
from labeling.models import RubricVersion
from labeling.views.seat_cards import Card, cards

# Stand-ins for a seat's number, the token of the person's forms, and the id of a flag.
SEAT = 10**17 + secrets.randbelow(9 * 10**17)
TOKEN = secrets.token_hex(32)
FLAG = uuid4()


@dataclass(frozen=True, slots=True)
class Untouched:
    """A published version on the desk with nothing answered yet."""

    cards: list[Card]
    criteria: str
    # A format of the fields seat, token and flag.
    dialogs: str


def untouched(version: RubricVersion, *, asks_confidence: bool) -> Untouched:
    """The parts of a published version, which is sealed."""
    return _untouched(rating.Published(version), asks_confidence, get_language())


@lru_cache(maxsize=128)
def _untouched(key: rating.Published, asks_confidence: bool, language: str) -> Untouched:
    version = key.version
    shown = cards(rating.criteria_of(version), {}, asks_confidence=asks_confidence)
    initial = {"version": version.pk, "submission_id": FLAG}
    dialogs = {
        "seat": {"pk": SEAT},
        "csrf_token": TOKEN,
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": FlagForm(initial=initial, version=version),
        "guidelines": guidelines_of(version),
    }
    return Untouched(
        cards=shown,
        criteria=render_to_string("labeling/seat_criteria.html", {"cards": shown}),
        dialogs=_format(render_to_string("labeling/seat_dialogs.html", dialogs)),
    )


def _format(html: str) -> str:
    """Braces are meant as they stand; stand-ins become the fields seat, token and flag."""
    text = html.replace("{", "{{").replace("}", "}}")
    for name, stand_in in (("seat", SEAT), ("token", TOKEN), ("flag", FLAG)):
        text = text.replace(str(stand_in), f"{{{name}}}")
    return text
