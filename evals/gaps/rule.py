"""The rule of a selection: what counts as agreed, what counts as low, and how much must carry."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeGuard

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.strict_json import dumps

GENERATOR_KINDS = ("model", "expert", "probe")
LowBy = Literal["consensus", "grade"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One gap rule with every default filled in, so that equal rules have equal hashes.

    `low_min` is exclusive: 0 keeps items out on which no response earns anything, for there the
    reference or the rubric may be wrong and a trainer finds no reward to follow.
    `clarity` None asks for unanimity; `criteria` None means every criterion of the rubric. Named
    criteria are the whole rubric of the selection: points and gates of the others do not count.
    """

    raters_min: int = 3
    clarity: float | None = None
    low_by: LowBy = "consensus"
    low_grader: str | None = None
    low_max: float = 0.5
    low_min: float | None = None
    generator_kinds: tuple[str, ...] = ("model",)
    target_generator: str | None = None
    criteria: tuple[str, ...] | None = None
    released_points_min: float = 0.8
    valid_share: float = 0.2
    seed: int = 0

    def to_json(self) -> dict[str, object]:
        """The rule as people write it, complete and in one spelling."""
        low: dict[str, object] = {"by": self.low_by, "max": self.low_max, "min": self.low_min}
        if self.low_grader is not None:
            low["grader"] = self.low_grader
        return {
            "raters_min": self.raters_min,
            "agreement": "unanimous" if self.clarity is None else {"clarity": self.clarity},
            "low": low,
            "generator_kinds": list(self.generator_kinds),
            "target_generator": self.target_generator,
            "criteria": None if self.criteria is None else list(self.criteria),
            "released_points_min": self.released_points_min,
            "valid_share": self.valid_share,
            "seed": self.seed,
        }

    @property
    def hash(self) -> str:
        """sha256 of the canonical rule."""
        return hashlib.sha256(dumps(self.to_json()).encode()).hexdigest()

    def considers(self, key: str) -> bool:
        """Whether this criterion is part of the selection's rubric."""
        return self.criteria is None or key in self.criteria


def parse_rule(data: object) -> Rule:
    """The rule of a JSON object; keys left out take their defaults. Problems lists every fault."""
    reader = _Reader(data, "", _KEYS)
    if reader.problems:
        raise Problems(reader.problems, _("This rule cannot be read."))
    low = _Reader(reader.data.get("low", {}), "low", frozenset({"by", "grader", "max", "min"}))
    default = Rule()
    rule = Rule(
        raters_min=reader.whole("raters_min", default.raters_min, least=2),
        clarity=_clarity(reader),
        low_by="grade" if low.choice("by", ("consensus", "grade")) == "grade" else "consensus",
        low_grader=low.text("grader"),
        low_max=low.share("max", default.low_max),
        low_min=_low_min(low),
        generator_kinds=_kinds(reader, default.generator_kinds),
        target_generator=reader.text("target_generator"),
        criteria=reader.texts("criteria"),
        released_points_min=reader.share("released_points_min", default.released_points_min),
        valid_share=reader.share("valid_share", default.valid_share, below_one=True),
        seed=reader.whole("seed", default.seed, least=0),
    )
    if problems := reader.problems + low.problems + _contradictions(rule, low):
        raise Problems(problems, _("This rule cannot be read."))
    return rule


def _contradictions(rule: Rule, low: "_Reader") -> list[Problem]:
    if rule.low_min is not None and rule.low_min >= rule.low_max and not low.problems:
        message = _(
            "No reward is above %(low)s and at most %(high)s; lower it. With null there is "
            "no lower bound."
        ) % {"low": f"{rule.low_min:g}", "high": f"{rule.low_max:g}"}
        return [Problem("low.min", message)]
    if rule.low_by == "grade" and rule.low_grader is None and not low.problems:
        return [Problem("low.grader", _('Name the grader when low.by is "grade".'))]
    if rule.low_by == "consensus" and rule.low_grader is not None:
        return [Problem("low.grader", _('A grader is only used when low.by is "grade".'))]
    return []


def _low_min(low: "_Reader") -> float | None:
    return None if low.data.get("min") is None else low.share("min", 0.0)


def _clarity(reader: "_Reader") -> float | None:
    value = reader.data.get("agreement", "unanimous")
    if value == "unanimous":
        return None
    if isinstance(value, Mapping) and set(value) == {"clarity"}:
        number = value["clarity"]
        if _is_number(number) and 0.5 < number <= 1:
            return float(number)
    reader.fail(
        "agreement",
        _('Expected "unanimous" or {"clarity": a number above 0.5, up to 1}.'),
    )
    return None


def _kinds(reader: "_Reader", default: tuple[str, ...]) -> tuple[str, ...]:
    kinds = reader.texts("generator_kinds") if "generator_kinds" in reader.data else default
    if kinds is None or not set(kinds) <= set(GENERATOR_KINDS):
        reader.fail(
            "generator_kinds",
            _("Expected some of %(choices)s.") % {"choices": ", ".join(GENERATOR_KINDS)},
        )
        return default
    return kinds


_KEYS = frozenset(Rule().to_json())


class _Reader:
    """Reads one JSON object key by key and remembers each fault with its path."""

    def __init__(self, data: object, where: str, known: frozenset[str]) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self.data: Mapping[str, object] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.problems.append(Problem(where, _("Expected a JSON object.")))
        for key in sorted(set(self.data) - known):
            self.fail(
                key,
                _("Unknown; known are %(choices)s.") % {"choices": ", ".join(sorted(known))},
            )

    def fail(self, key: str, message: str) -> None:
        self.problems.append(Problem(f"{self.where}.{key}" if self.where else key, message))

    def whole(self, key: str, default: int, *, least: int) -> int:
        value = self.data.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**31:
            return value
        self.fail(key, _("Expected a whole number of %(least)s or more.") % {"least": least})
        return default

    def share(self, key: str, default: float, *, below_one: bool = False) -> float:
        value = self.data.get(key, default)
        if _is_number(value) and 0 <= value <= 1 and not (below_one and value == 1):
            return float(value)
        words = _("Expected a number from 0 to 1.")
        self.fail(key, _("Expected a number from 0 to below 1.") if below_one else words)
        return default

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.data.get(key, choices[0])
        if isinstance(value, str) and value in choices:
            return value
        self.fail(key, _("Expected one of %(choices)s.") % {"choices": ", ".join(choices)})
        return choices[0]

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.fail(key, _("Expected a text that is not empty, or null."))
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Sorted without repeats: the order of a set carries no meaning, so no hash either."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(sorted(set(value)))
        self.fail(key, _("Expected a list of texts that is not empty."))
        return None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
