"""A rubric as the flat fields of a web form: `criteria-2-levels-0-label` and back.

What was typed stays as typed; `labeling.spec` alone says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from labeling.errors import DomainError
from labeling.spec import CriterionSpec, LevelSpec, RubricSpec, ScaleType, criterion_json
from labeling.strict_json import InvalidJson, dumps, loads, number_text

HEAD = ("title", "description", "guidelines")
TEXTS = ("key", "name", "criterion", "guidance", "dimension")
RANGE = ("min", "max", "step")
LEVEL = ("value", "label", "anchor", "example", "credit")
NUMBERS = ("points", "pass_at", *RANGE, "value", "credit")
# What the form does not show but must not lose.
REST = (
    *("tags", "path", "check", "weight_class", "allow_na", "allow_cannot_assess"),
    *("needs_rationale", "needs_evidence", "expertise", "extra"),
)
REST_BYTES = 1024 * 1024
HEAD_REST_BYTES = 8 * 1024 * 1024

_NAME = re.compile(r"criteria-(\d{1,5})-(?:levels-(\d{1,5})-)?([a-z_]+)")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")

type Texts = dict[str, str]


@dataclass(slots=True)
class CriterionFields:
    """One criterion as typed."""

    texts: Texts = field(default_factory=dict)
    levels: list[Texts] = field(default_factory=list)

    @classmethod
    def blank(cls) -> CriterionFields:
        """What a new criterion begins with."""
        levels = [{"value": "0", "label": "Not met"}, {"value": "1", "label": "Met"}]
        return cls({"type": ScaleType.BINARY.value, "points": "1"}, levels)

    @classmethod
    def of(cls, spec: CriterionSpec) -> CriterionFields:
        """A criterion as the form shows it."""
        scale = spec.scale
        said = criterion_json(spec)
        kept = {name: said[name] for name in REST if name in said}
        texts = {name: getattr(spec, name) for name in TEXTS} | {
            "type": scale.type.value,
            "gate": "on" if spec.gate else "",
            "points": _text(spec.points),
            "pass_at": _text(spec.pass_at),
            "min": _text(scale.min),
            "max": _text(scale.max),
            "step": _text(scale.step),
            "rest": dumps(kept) if kept else "",
        }
        return cls(texts, [_level_texts(level) for level in scale.levels])


@dataclass(slots=True)
class RubricFields:
    """A whole rubric as typed."""

    head: Texts
    criteria: list[CriterionFields]

    @classmethod
    def of(cls, spec: RubricSpec) -> RubricFields:
        head = {name: getattr(spec, name) for name in HEAD}
        head["rest"] = "" if spec.extra is None else dumps({"extra": spec.extra})
        return cls(head, [CriterionFields.of(criterion) for criterion in spec.criteria])

    @classmethod
    def posted(cls, flat: Mapping[str, str]) -> RubricFields:
        """The fields of a sent form, in the order of their numbers, empty levels left out."""
        found: dict[int, tuple[Texts, dict[int, Texts]]] = {}
        for name, value in flat.items():
            if match := _NAME.fullmatch(name):
                texts, levels = found.setdefault(int(match[1]), ({}, {}))
                place = texts if match[2] is None else levels.setdefault(int(match[2]), {})
                place[match[3]] = _newlines(value)
        return cls(
            {name: _newlines(flat.get(name, "")) for name in (*HEAD, "rest")},
            [
                CriterionFields(
                    texts, [one for _, one in sorted(levels.items()) if any(one.values())]
                )
                for _, (texts, levels) in sorted(found.items())
            ],
        )

    def as_json(self) -> dict[str, object]:
        """What a rubric file would say; places in it are places in the form."""
        return {
            **{name: self.head[name] for name in HEAD},
            "criteria": [_criterion_json(one) for one in self.criteria],
            **_rest(self.head.get("rest", ""), ("extra",), HEAD_REST_BYTES),
        }


def flat_fields(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields as sent, or as packed into one field by the page's script."""
    if "fields" not in sent:
        return dict(sent.items())
    try:
        pairs = loads(sent["fields"], max_bytes=32 * 1024 * 1024)
    except InvalidJson as error:
        raise DomainError(f"The form did not arrive whole: {error}") from None
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        raise DomainError("The form did not arrive whole; reload the page and send it again.")
    return {**sent, **dict(pairs)}


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)


def _criterion_json(fields: CriterionFields) -> dict[str, object]:
    texts = fields.texts
    scale = {
        "type": texts.get("type") or None,
        "levels": [_level_json(one) for one in fields.levels],
    }
    if scale["type"] == ScaleType.BINARY and not fields.levels:
        del scale["levels"]
    return {
        **_rest(texts.get("rest", ""), REST, REST_BYTES),
        **{name: texts[name] for name in TEXTS if texts.get(name)},
        **{name: _number(texts.get(name, "")) for name in ("points", "pass_at")},
        "gate": bool(texts.get("gate")),
        "scale": {**scale, **{name: _number(texts.get(name, "")) for name in RANGE}},
    }


def _level_json(texts: Texts) -> dict[str, object]:
    return {
        name: _number(text) if name in NUMBERS else text
        for name, text in texts.items()
        if name in LEVEL
    }


def _rest(text: str, names: Sequence[str], max_bytes: int) -> dict[str, object]:
    """The hidden part; whatever is wrong in it is named by the rubric's reader."""
    if not text:
        return {}
    try:
        kept = loads(text, max_bytes=max_bytes)
    except InvalidJson:
        return {"extra": "unreadable"}
    return {name: kept[name] for name in names if name in kept} if isinstance(kept, dict) else {}


def _level_texts(level: LevelSpec) -> Texts:
    return {
        "value": number_text(level.value),
        "label": level.label,
        "anchor": level.anchor,
        "example": level.example,
        "credit": _text(level.credit),
    }


def _number(text: str) -> Decimal | str | None:
    """A number where one was typed; any other text stays for the reader to refuse."""
    text = text.strip().replace("−", "-")
    return (Decimal(text) if _NUMBER.fullmatch(text) else text) if text else None


def _text(number: Decimal | None) -> str:
    return "" if number is None else number_text(number)


def _newlines(text: str) -> str:
    """Browsers send line ends as CR LF; rubrics keep LF."""
    return text.replace("\r\n", "\n")
