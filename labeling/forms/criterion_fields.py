"""One criterion as the flat fields of a web form: `levels-0-label`, and back.

What was typed stays as typed; `labeling.spec` alone says what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from labeling.authoring import heading, new_name
from labeling.spec import CriterionSpec, LevelSpec, ScaleType, WeightClass
from labeling.spec.keys import derived_key, derived_name
from labeling.strict_json import InvalidJson, loads, number_text

TEXTS = ("key", "name", "criterion", "guidance", "dimension")
# One entry a line.
LISTS = ("tags", "expertise")
FLAGS = ("gate", "allow_na", "allow_cannot_assess", "needs_rationale", "needs_evidence")
RANGE = ("min", "max", "step")
LEVEL = ("value", "label", "anchor", "example", "credit")
NUMBERS = ("points", "pass_at", *RANGE, "value", "credit")
OTHERS = ("section", "type", "weight_class", "points", "pass_at", "check")
CHECK_BYTES = 1024 * 1024
# What a class of weight begins with; authors change it as they like. Coarse on purpose: finer
# weights have shown little effect, and a fault costs less than an essential pays.
SUGGESTED_POINTS = {
    WeightClass.ESSENTIAL: 5,
    WeightClass.IMPORTANT: 3,
    WeightClass.OPTIONAL: 1,
    WeightClass.PITFALL: -3,
}

_LEVEL_NAME = re.compile(r"levels-(\d{1,5})-([a-z]+)")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")

type Texts = dict[str, str]
type Path = tuple[str, ...]


@dataclass(slots=True)
class CriterionFields:
    """One criterion as typed."""

    texts: Texts = field(default_factory=dict)
    levels: list[Texts] = field(default_factory=list)

    @classmethod
    def of(cls, spec: CriterionSpec, *, is_published: bool = False) -> CriterionFields:
        """A criterion as the form shows it: what was derived is left to be derived again."""
        scale = spec.scale
        texts = {name: getattr(spec, name) for name in TEXTS} | {
            "key": spec.key if is_published or not _is_derived(spec) else "",
            "name": "" if spec.name in (derived_name(spec.criterion), new_name()) else spec.name,
            "section": heading(spec.path),
            "type": scale.type.value,
            "weight_class": spec.weight_class.value if spec.weight_class else "",
            "points": _text(spec.points),
            "pass_at": _text(spec.pass_at),
            "check": "" if spec.check is None else _pretty(spec.check),
            **{name: "\n".join(getattr(spec, name)) for name in LISTS},
            **{name: "on" if getattr(spec, name) else "" for name in FLAGS},
            **{name: _text(getattr(scale, name)) for name in RANGE},
        }
        return cls(texts, [_level_texts(level) for level in scale.levels])

    @classmethod
    def posted(cls, flat: Mapping[str, str]) -> CriterionFields:
        """The fields of a sent form; levels in the order of their numbers, empty ones left out."""
        levels: dict[int, Texts] = {}
        for name, value in flat.items():
            if (match := _LEVEL_NAME.fullmatch(name)) and match[2] in LEVEL:
                levels.setdefault(int(match[1]), {})[match[2]] = _newlines(value)
        names = (*TEXTS, *LISTS, *FLAGS, *RANGE, *OTHERS)
        return cls(
            {name: _newlines(flat.get(name, "")) for name in names},
            [one for _, one in sorted(levels.items()) if any(one.values())],
        )

    def as_json(self, stored: CriterionSpec, path: Path) -> dict[str, object]:
        """What a rubric file would say; `stored` has what the form does not show."""
        texts = self.texts
        said = {name: texts[name] for name in TEXTS if texts[name]}
        if not texts["name"].strip() and not texts["criterion"].strip():
            said["name"] = new_name()
        return {
            **said,
            **{name: bool(texts[name]) for name in FLAGS},
            **{name: _lines(texts[name]) for name in LISTS},
            "path": list(path),
            "scale": self._scale(),
            "points": _number(self._points(stored)),
            "pass_at": _number(texts["pass_at"]),
            "weight_class": texts["weight_class"] or None,
            "check": self._check(stored),
            "extra": stored.extra,
        }

    def _scale(self) -> dict[str, object]:
        kind = self.texts["type"] or None
        scale: dict[str, object] = {"type": kind}
        if self.levels or kind != ScaleType.BINARY:
            scale["levels"] = [_level_json(one) for one in self.levels]
        is_interval = kind == ScaleType.INTERVAL
        return scale | {name: _number(self.texts[name]) for name in RANGE if is_interval}

    def _points(self, stored: CriterionSpec) -> str:
        """A class chosen anew without points begins with ours."""
        chosen, points = self.texts["weight_class"], self.texts["points"]
        before = stored.weight_class.value if stored.weight_class else ""
        if points.strip() or chosen == before or chosen not in list(WeightClass):
            return points
        return str(SUGGESTED_POINTS[WeightClass(chosen)])

    def _check(self, stored: CriterionSpec) -> object:
        text = self.texts["check"].strip()
        if not text:
            return None
        if stored.check is not None and text == _pretty(stored.check):
            return stored.check
        try:
            return loads(text, max_bytes=CHECK_BYTES)
        except InvalidJson:
            return text

    def check_fault(self) -> str:
        """Why the attached check is no JSON; empty where it is, or where there is none."""
        text = self.texts["check"].strip()
        try:
            loads(text or "null", max_bytes=CHECK_BYTES)
        except InvalidJson as error:
            return _("is not JSON: %(error)s") % {"error": error}
        return ""


def _is_derived(spec: CriterionSpec) -> bool:
    base = derived_key(spec.name, {})
    return bool(re.fullmatch(rf"{re.escape(base)}(-\d+)?", spec.key))


def _level_json(texts: Texts) -> dict[str, object]:
    return {name: _number(text) if name in NUMBERS else text for name, text in texts.items()}


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


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _pretty(check: Mapping[str, object]) -> str:
    return json.dumps(check, ensure_ascii=False, indent=2)


def _newlines(text: str) -> str:
    """Browsers send line ends as CR LF; rubrics keep LF."""
    return text.replace("\r\n", "\n")
