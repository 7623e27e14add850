"""Templates of graders: `{{ item.field }}` and `{{ sample.output_text }}`, and nothing else.

Compiled once, rendered in a single pass: braces inside a value are never expanded again, so a
response cannot pull the reference answer into its own grading.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.graders.base import ABSENT, ErrorCode, Sample
from labeling.errors import DomainError
from labeling.language import gettext as _

RESERVED_ITEM_KEYS = frozenset({"messages", "tools"})
SAMPLE_KEYS = frozenset({"output_text", "output_json", "output_tools", "choices", "output_audio"})
_PATH = re.compile(
    r"\s*(?P<root>[A-Za-z_]\w*)(?P<steps>(?:\.[A-Za-z_][\w-]*|\[\d{1,9}\])+)\s*", re.ASCII
)
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]", re.ASCII)

Step = str | int


class TemplateError(DomainError):
    """The template cannot be compiled; the sentence names the placeholder."""


class RenderError(Exception):
    """A placeholder has no value for this sample and item."""

    def __init__(self, code: ErrorCode, details: str) -> None:
        self.code = code
        super().__init__(details)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{{ root.step[0] }}` of a template."""

    root: str
    steps: tuple[Step, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Template:
    """Literal text and placeholders in the order of the page."""

    parts: tuple[str | Placeholder, ...]

    def item_fields(self) -> frozenset[str]:
        """The fields of the item that must be there for this template to render."""
        found = (part for part in self.parts if isinstance(part, Placeholder))
        return frozenset(str(each.steps[0]) for each in found if each.root == "item")

    def render(self, sample: Sample, item: Mapping[str, object]) -> str:
        """The text with every placeholder replaced once; RenderError when one has no value."""
        return "".join(
            part if isinstance(part, str) else _text(_look_up(part, sample, item), part)
            for part in self.parts
        )


def compile_template(text: str) -> Template:
    """Parse a template; TemplateError on anything but the documented grammar."""
    parts: list[str | Placeholder] = []
    position = 0
    while (start := text.find("{{", position)) >= 0:
        end = text.find("}}", start + 2)
        if end < 0:
            raise TemplateError(_("A placeholder opened with {{ is never closed with }}."))
        parts += [text[position:start], _placeholder(text[start + 2 : end])]
        position = end + 2
    parts.append(text[position:])
    return Template(tuple(part for part in parts if part != ""))


def _placeholder(inner: str) -> Placeholder:
    source = "{{" + inner + "}}"
    match = _PATH.fullmatch(inner)
    if match is None:
        raise TemplateError(
            _("%(source)s is no placeholder; write {{item.field}} or {{sample.output_text}}.")
            % {"source": source}
        )
    steps = tuple(name or int(index) for name, index in _STEP.findall(match["steps"]))
    _check_first_step(match["root"], steps[0], source)
    return Placeholder(match["root"], steps, source)


def _check_first_step(root: str, first: Step, source: str) -> None:
    if root not in {"item", "sample"}:
        raise TemplateError(
            _("%(source)s starts with %(root)s; only item and sample are known.")
            % {"source": source, "root": root}
        )
    if root == "sample" and first not in SAMPLE_KEYS:
        raise TemplateError(
            _("%(source)s: a sample has %(choices)s.")
            % {"source": source, "choices": ", ".join(sorted(SAMPLE_KEYS))}
        )
    if root == "item" and (first in RESERVED_ITEM_KEYS or isinstance(first, int)):
        raise TemplateError(
            _("%(source)s: %(first)s cannot be addressed; item fields only.")
            % {"source": source, "first": first}
        )


def _look_up(place: Placeholder, sample: Sample, item: Mapping[str, object]) -> object:
    value: object = item if place.root == "item" else _sample_namespace(sample)
    for step in place.steps:
        value = _step_into(value, step, place)
        if value is ABSENT:
            raise RenderError(ErrorCode.SAMPLE_PARSE, f"{place.source}: the output is not JSON.")
    return value


def _sample_namespace(sample: Sample) -> dict[str, object]:
    known: dict[str, object] = {
        "output_json": sample.output_json,
        "output_tools": sample.output_tools,
        "choices": sample.choices,
    }
    return known if sample.output_text is None else known | {"output_text": sample.output_text}


def _step_into(value: object, step: Step, place: Placeholder) -> object:
    if isinstance(step, str) and isinstance(value, Mapping) and step in value:
        return value[step]
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if isinstance(step, int) and is_list and step < len(value):  # type: ignore[arg-type]
        return value[step]  # type: ignore[index]
    raise RenderError(ErrorCode.INVALID_VARIABLE, f"{place.source}: there is no {step!r}.")


def _text(value: object, place: Placeholder) -> str:
    """Strings as they are, everything else as JSON text (1.0, true, null)."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RenderError(ErrorCode.INVALID_VARIABLE, f"{place.source}: {error}") from error
