"""Tool calls beside the calls that were expected: what differs, argument by argument. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The names under which references keep expected calls, ours first.
_PLACES = ("expected_calls", "expected_actions", "tool_calls", "actions")
_ARGUMENTS = ("arguments", "kwargs", "args", "parameters")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool by name, with its arguments as far as they can be read."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArgumentDifference:
    """One argument: `kind` is other, missing (not given) or extra (not expected)."""

    name: str
    kind: str
    given: str
    expected: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A call that was made, with its counterpart.

    `expected` is None for one call too many of a tool that was expected. References often state
    the calls that change something only, so a call of any other tool is not compared at all.
    """

    made: Call
    expected: Call | None
    differences: tuple[ArgumentDifference, ...] = ()

    @property
    def is_as_expected(self) -> bool:
        return self.expected is not None and not self.differences


def expected_calls(reference: object) -> tuple[Call, ...]:
    """The calls that a reference states; empty when it states none that can be read."""
    if isinstance(reference, Mapping):
        listed = next((reference[place] for place in _PLACES if place in reference), None)
    else:
        listed = reference
    if not isinstance(listed, list):
        return ()
    calls = [call_of(entry) for entry in listed]
    return tuple(call for call in calls if call is not None) if all(calls) else ()


def call_of(entry: object) -> Call | None:
    """A call in any of the usual shapes; None for what is none."""
    if not isinstance(entry, Mapping):
        return None
    inner = entry.get("function")
    stated = inner if isinstance(inner, Mapping) else entry
    name = stated.get("name")
    if not isinstance(name, str) or not name:
        return None
    raw: object = next((stated[key] for key in _ARGUMENTS if key in stated), {})
    arguments = _read(raw)
    return None if arguments is None else Call(name, arguments)


def compare(
    made: Sequence[Call], expected: Sequence[Call]
) -> tuple[tuple[Comparison | None, ...], tuple[Call, ...]]:
    """Each call made beside the expected one most like it, and the expected ones left over.

    Equal calls find each other first, then calls of one name with the most equal arguments, earlier
    before later; an expected call is used once.
    """
    left = list(expected)
    pairs: dict[int, Call] = {}
    for wish in (_same, _alike):
        for at, call in enumerate(made):
            if at not in pairs and (found := wish(call, left)) is not None:
                pairs[at] = left.pop(found)
    names = {call.name for call in expected}
    comparisons = tuple(
        _compared(call, pairs.get(at)) if call.name in names else None
        for at, call in enumerate(made)
    )
    return comparisons, tuple(left)


def _same(call: Call, left: Sequence[Call]) -> int | None:
    return next((at for at, other in enumerate(left) if other == call), None)


def _alike(call: Call, left: Sequence[Call]) -> int | None:
    scored = [
        (_equal_arguments(call, other), -at)
        for at, other in enumerate(left)
        if other.name == call.name
    ]
    return -max(scored)[1] if scored else None


def _equal_arguments(one: Call, other: Call) -> int:
    return sum(
        name in other.arguments and _equal(value, other.arguments[name])
        for name, value in one.arguments.items()
    )


def _compared(made: Call, expected: Call | None) -> Comparison:
    if expected is None:
        return Comparison(made, None)
    return Comparison(made, expected, tuple(_differences(made.arguments, expected.arguments)))


def _differences(given: Mapping[str, Any], expected: Mapping[str, Any]) -> list[ArgumentDifference]:
    found = []
    for name in {**expected, **given}:
        if name not in given:
            found.append(ArgumentDifference(name, "missing", "", _text(expected[name])))
        elif name not in expected:
            found.append(ArgumentDifference(name, "extra", _text(given[name]), ""))
        elif not _equal(given[name], expected[name]):
            texts = _text(given[name]), _text(expected[name])
            found.append(ArgumentDifference(name, "other", *texts))
    return found


def _equal(one: object, other: object) -> bool:
    """JSON's own equality: true is not 1, but 5 is 5.0; the order of an object's keys is free."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return one == other


def _read(raw: object) -> Mapping[str, Any] | None:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return None
    return raw if isinstance(raw, Mapping) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
