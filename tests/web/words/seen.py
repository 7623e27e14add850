"""What a reader meets of a page, and which words of it are neither translated nor data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.apps import apps
from django.db import models

DIGEST = re.compile(r"[0-9a-f]{64}")
WORD = re.compile(r"[A-Za-z]{2,}")
SAID = {"title", "aria-label", "placeholder", "alt", "data-label", "data-announce"}
# Codes, keys and file names read the same in every language.
CODE = {"code", "kbd", "samp", "pre", "script", "style"}
VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr"),
}
# Names of the product, of formats and of trainers; signs of units.
NAMES = (
    *("RubricStudio", "OpenAI", "HealthBench", "TRL", "verl", "verifiers", "Prometheus"),
    *("API", "JSONL", "JSON", "CSV", "HTML", "SVG", "PNG", "YAML", "SHA-256", "sha256", "UTC"),
    *("Markdown", "LaTeX", "min", "kB", "KB", "MB", "GB", "ms"),
    *("Python", "Django", "PostgreSQL", "manifest.json"),
    # Codes that a refusal quotes.
    "all:",
    "generator_kind, generator, tag, metadata.FIELD, rubric_version",
)
NAME = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in NAMES))


class Page(HTMLParser):
    """Texts and spoken attributes; what people and models wrote stands in `dir="auto"`."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.machine: list[str] = []
        self.open: list[tuple[str, bool]] = []

    @property
    def is_foreign(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [value for name, value in attrs if name in SAID and value]
        self.machine += [value for name, value in attrs if name not in SAID and value]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.texts.append(given.get("value") or "")
        if tag not in VOID:
            foreign = self.is_foreign or tag in CODE or given.get("dir") == "auto"
            self.open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(name == tag for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.is_foreign and data.strip():
            self.texts.append(" ".join(data.split()))


def texts_of(html: str) -> list[str]:
    page = Page()
    page.feed(html)
    page.close()
    return page.texts


# A number as the made-up language writes it, where a browser or a server reads it.
LOCALIZED = re.compile(r"^-?\d+,\d+%?$")


def localized(html: str) -> list[str]:
    """Values of inputs, places in drawings and other attributes for machines that hold a comma."""
    page = Page()
    page.feed(html)
    page.close()
    return [value for value in page.machine if LOCALIZED.match(value)]


def plain(text: str, data: re.Pattern[str]) -> bool:
    """Whether words are left without what is data and what is a name everywhere."""
    return bool(WORD.search(NAME.sub("", text)) and WORD.search(NAME.sub("", data.sub("", text))))


def data_of(asked: set[str]) -> re.Pattern[str]:
    """What people and models wrote into the database, as one pattern, the longest first.

    A value that also is a text of the product counts as one: it must be translated.
    """
    written = {text for text in _written() if WORD.search(text)} - asked
    longest = sorted(written, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest) or r"(?!)")


def _written() -> Iterator[str]:
    for app in ("labeling", "evals"):
        for model in apps.get_app_config(app).get_models():
            fields = [one for one in model._meta.concrete_fields if _is_free(one)]
            for row in model._base_manager.values_list(*[one.attname for one in fields]):
                for value in row if fields else ():
                    yield from _strings(value)


def _is_free(field: models.Field) -> bool:
    free = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return free and not field.choices


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
        # Digests are shown by their first digits, sentences kept by jobs with a capital.
        yield value[:12] if DIGEST.fullmatch(value) else f"{value[:1].upper()}{value[1:]}"
        yield from (" ".join(line.split()) for line in value.split("\n"))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
