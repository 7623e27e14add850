"""A made-up language: every translated text in accented letters, so that the others stand out.

It lives in memory only. What it is asked for it remembers, so that a test can tell the texts of
the product from data that happens to read the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings
from django.utils import formats, translation
from django.utils.translation import trans_real

LANGUAGE = "xx"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "åƀçðéƒĝĥîĵķļḿñöþʠŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
# What a translation leaves as it is: what is put in, tags and entities.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[sd%]|\{\w*\}|<[^<>]*>|&#?\w+;)")
TABLE = str.maketrans(PLAIN, ACCENTED)


def accented(text: str) -> str:
    """«Šûƀḿîţ» for “Submit”: what is put in, tags and entities stay."""
    parts = KEPT.split(text)
    return "".join(one if n % 2 else one.translate(TABLE) for n, one in enumerate(parts))


class PseudoLocale(trans_real.DjangoTranslation):
    """Answers every message in accented letters, the plural ones too."""

    def __init__(self) -> None:
        super().__init__("en")
        self.asked: set[str] = set()

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE

    def gettext(self, message: str) -> str:
        text = message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]
        self.asked.add(text)
        return f"«{accented(text)}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def spoken() -> Iterator[PseudoLocale]:
    """The server speaks the made-up language to everybody, with its own way of writing numbers."""
    tongue = PseudoLocale()
    # The settings go first: a change of them empties the cache of languages.
    with override_settings(LANGUAGE_CODE=LANGUAGE, FORMAT_MODULE_PATH="tests.pseudo_formats"):
        trans_real._translations[LANGUAGE] = tongue
        formats.reset_format_cache()
        try:
            with translation.override(LANGUAGE):
                yield tongue
        finally:
            trans_real._translations.pop(LANGUAGE, None)
            formats.reset_format_cache()
