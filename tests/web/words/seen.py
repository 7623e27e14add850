"""What a reader meets of a page, and which words of it are neither translated nor data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from labeling.formats.grades import KEYS as GRADE_KEYS
from labeling.formats.items import KEYS as ITEM_KEYS
from labeling.formats.ratings import KEYS as RATING_KEYS
from labeling.formats.responses import KEYS as RESPONSE_KEYS
from labeling.models import Adjudication, GeneratorKind
from labeling.rubric_formats import FORMATS
from labeling.spec import ScaleType, WeightClass
from tests.web.words.sent import Forms

DIGEST = re.compile(r"[0-9a-f]{64}")
WORD = re.compile(r"[A-Za-z]{2,}")
SAID = {
    *("title", "aria-label", "placeholder", "alt", "data-label", "data-announce"),
    *("data-dark", "data-light", "data-system"),
}
# Codes, keys and file names read the same in every language.
CODE = {"code", "kbd", "samp", "pre", "script", "style"}
# Paragraphs of foreign text in pieces: what changed in it, which words a finding is about.
CUT_UP = {"difference", "finding-words"}
# Names of the product, of formats and of trainers; signs of units.
NAMES = (
    *("RubricStudio", "OpenAI", "HealthBench", "TRL", "verl", "verifiers", "Prometheus"),
    *("API", "JSONL", "JSON", "CSV", "HTML", "SVG", "PNG", "YAML", "SHA-256", "sha256", "UTC"),
    *("Markdown", "LaTeX", "min", "kB", "KB", "MB", "GB", "ms"),
    *("Python", "Django", "PostgreSQL", "manifest.json"),
    # Codes that a refusal quotes.
    "all:",
    "generator_kind, generator, tag, metadata.FIELD, rubric_version",
    ", ".join(one.slug for one in FORMATS),
    "NA",
    ", ".join(ScaleType),
    ", ".join(WeightClass),
    ", ".join(GeneratorKind.values),
    "NaN",
    ", ".join(Adjudication.Reason.values),
    "cannot_assess",
    "pause, reopen, close",
    *("active_ms", "submission_id", "response_id"),
)
# A field where a refusal names one that no label stands beside: alone, before its fault, or
# behind the line of a file.
# In a file that is a key of its own.
KEYS = {*ITEM_KEYS, *RESPONSE_KEYS, *RATING_KEYS, *GRADE_KEYS, "meta", "generator.kind"}
PLACE = re.compile(
    rf"^(?:days|edit|number|{'|'.join(map(re.escape, KEYS))})(?=:|$)|(?<=, )criterion(?=»)"
)
# What somebody wrote, quoted to them.
QUOTED = re.compile(r"`[^`]*`")
NAME = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in NAMES))


class Page(Forms):
    """Texts and spoken attributes, those for machines, and the forms."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.machine: list[str] = []
        self.codes = 0
        self.cut_up = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        for name, value in attrs:
            if value:
                (self.texts if name in SAID else self.machine).append(value)
        if tag == "input" and ("type", "submit") in attrs:
            self.texts.append(dict(attrs).get("value") or "")
        self.codes += tag in CODE
        if not self.cut_up and CUT_UP & set((dict(attrs).get("class") or "").split()):
            self.cut_up = tag

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self.codes -= tag in CODE
        if tag == self.cut_up:
            self.cut_up = ""

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if data.strip() and not (self.codes or self.cut_up):
            self.texts.append(" ".join(data.split()))


def page_of(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


# A number as the made-up language writes it, where a browser or a server reads it.
LOCALIZED = re.compile(r"^-?\d+,\d+%?$")


def localized(page: Page) -> list[str]:
    """Values of inputs, places in drawings and other attributes for machines that hold a comma."""
    return [value for value in page.machine if LOCALIZED.match(value)]


def plain(text: str, data: re.Pattern[str]) -> bool:
    """Whether words are left without what is data and what is a name everywhere."""
    said = PLACE.sub("", QUOTED.sub("", text))
    return bool(WORD.search(NAME.sub("", said)) and WORD.search(NAME.sub("", data.sub("", said))))


def data_of(asked: set[str], more: object = ()) -> re.Pattern[str]:
    """What people and models wrote into the database, and `more`, as a pattern, longest first.

    A value that also is a text of the product counts as one: it must be translated.
    """
    written = {text for text in (*_written(), *strings_in(more)) if WORD.search(text)} - asked
    longest = sorted(written, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest) or r"(?!)")


def _written() -> Iterator[str]:
    for app in ("labeling", "evals"):
        for model in apps.get_app_config(app).get_models():
            fields = [one for one in model._meta.concrete_fields if _is_free(one)]
            kept = [f"{model._meta.model_name}.{one.name}" in KEPT for one in fields]
            for row in model._base_manager.values_list(*[one.attname for one in fields]):
                for said, value in zip(kept, row, strict=True) if fields else ():
                    yield from _data_in(value, said=said)


# What the product itself has written there: it is said in the reader's language, so no data.
KEPT = {
    *("selection.warnings", "selection.funnel", "selecteditem.reasons"),
    *("agreement.undefined_reason", "agreementslice.warnings", "agreementslice.ci_method"),
    *("agreementslice.details", "raterrun.document", "raterreport.document"),
    *("import.problems", "import.error", "agreementrun.error", "raterrun.error"),
    *("selection.error", "gradingrun.error", "export.error"),
}
# The same in documents that hold other things, too.
KEPT_IN = {"warnings", "excluded", "funnel", "notes", "said"}


def _data_in(value: object, *, said: bool) -> Iterator[str]:
    """All strings; of what the product has said, the keys of its documents alone."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _data_in(one, said=said or key in KEPT_IN)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _data_in(one, said=said)
    elif not said:
        yield from strings_in(value)


def _is_free(field: models.Field) -> bool:
    free = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return free and not field.choices


SIGNS = re.compile(r"\n|[*|`{}\[\]\":]+")
# What is left of ninety signs beside those that say so in the made-up language.
SHORTENED = 90 - len("«…»")


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
        # Digests are shown by their first digits, sentences kept by jobs with a capital.
        yield value[:12] if DIGEST.fullmatch(value) else f"{value[:1].upper()}{value[1:]}"
        # As Markdown and JSON are shown, and where a page shortens it.
        yield from (" ".join(piece.split()) for piece in SIGNS.split(value))
        yield value[:SHORTENED]
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from strings_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one)
