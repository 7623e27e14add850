"""The buttons of a scale: levels added, removed, exchanged, and one type turned into another."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from labeling.forms.criterion_fields import RANGE, CriterionFields, Texts
from labeling.spec import ScaleType
from labeling.strict_json import number_text

_ACTION = re.compile(r"(show|scale|add-level|remove-level|level-up|level-down)(?:-(\d{1,5}))?")
_BINARY: list[Texts] = [
    {"value": "0", "label": "Not met", "credit": "0"},
    {"value": "1", "label": "Met", "credit": "1"},
]
# What of a level belongs to its place in the order and not to its words.
_OF_PLACE = ("value", "credit")


def rearrange(fields: CriterionFields, action: str, before: str) -> bool:
    """Carry out a button of the scale; False when it was none. `before` is the type there was."""
    match = _ACTION.fullmatch(action)
    if not match:
        return False
    at, levels = int(match[2] or 0), fields.levels
    match match[1]:
        # `show` gives a form back as it was sent.
        case "scale":
            _turn(fields, before)
        case "add-level":
            levels.append({"value": _next_value(levels)})
        case "remove-level" if at < len(levels):
            del levels[at]
        case "level-up" if 0 < at < len(levels):
            _exchange(levels, at, at - 1)
        case "level-down" if at + 1 < len(levels):
            _exchange(levels, at, at + 1)
    return True


def focus_after(fields: CriterionFields, action: str) -> str:
    """Where the author goes on after a button: the field or button of the form, by its id."""
    match = _ACTION.fullmatch(action)
    name, at, last = (match[1], int(match[2] or 0), len(fields.levels) - 1) if match else ("", 0, 0)
    moved = {"level-up": max(at - 1, 0), "level-down": min(at + 1, last)}.get(name, 0)
    # At the end of the scale the button that was pressed is not there any more.
    turned = {"level-up": "level-down", "level-down": "level-up"}.get(name, "")
    at_end = moved == (0 if name == "level-up" else last)
    return {
        "scale": "type",
        "add-level": f"levels-{last}-label",
        "remove-level": "add-level",
        "level-up": f"{turned if at_end else name}-{moved}",
        "level-down": f"{turned if at_end else name}-{moved}",
    }.get(name, "")


def _exchange(levels: list[Texts], one: int, other: int) -> None:
    """The words change places; values and credits stay, since the order is theirs."""
    kept = [{name: levels[at].get(name, "") for name in _OF_PLACE} for at in (one, other)]
    levels[one], levels[other] = {**levels[other], **kept[0]}, {**levels[one], **kept[1]}


def _turn(fields: CriterionFields, before: str) -> None:
    turned: dict[str, Callable[[CriterionFields, str], None]] = {
        ScaleType.BINARY: _to_binary,
        ScaleType.ORDINAL: _to_ordinal,
        ScaleType.NOMINAL: _to_nominal,
        ScaleType.INTERVAL: _to_interval,
    }
    turn = turned.get(fields.texts["type"])
    if turn and fields.texts["type"] != before:
        turn(fields, before)


def _to_binary(fields: CriterionFields, before: str) -> None:
    """Two levels keep their words; of more, none stands for met or not met by itself."""
    words = fields.levels if len(fields.levels) == 2 else [{}, {}]
    pairs = zip(_BINARY, words, strict=True)
    fields.levels = [{**base, **_words(one), **_of_place(base)} for base, one in pairs]
    _without_range(fields)


def _to_ordinal(fields: CriterionFields, before: str) -> None:
    if before == ScaleType.BINARY:
        # Credits of a binary scale are 0 and 1 by nature, those of an ordinal one by its order.
        fields.levels = [{**one, "credit": ""} for one in fields.levels]
        fields.levels.append({"value": _next_value(fields.levels)})
    while len(fields.levels) < 3:
        fields.levels.append({"value": _next_value(fields.levels)})
    _without_range(fields)


def _to_nominal(fields: CriterionFields, before: str) -> None:
    """Levels without order need their credits said; they begin with what the order gave."""
    while len(fields.levels) < 2:
        fields.levels.append({"value": _next_value(fields.levels)})
    values = [_value(one) for one in fields.levels]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (Decimal(0), Decimal(0))
    for one, value in zip(fields.levels, values, strict=True):
        if not one.get("credit") and value is not None and low < high:
            share = Fraction(value - low) / Fraction(high - low)
            one["credit"] = number_text(round(Decimal(float(share)), 2))
    _without_range(fields)


def _to_interval(fields: CriterionFields, before: str) -> None:
    values = [value for one in fields.levels if (value := _value(one)) is not None]
    low, high = (min(values), max(values)) if len(values) > 1 else (Decimal(0), Decimal(10))
    if before == ScaleType.BINARY:
        low, high, fields.levels = Decimal(0), Decimal(10), []
    fields.texts |= {"min": number_text(low), "max": number_text(high), "step": "1"}
    fields.levels = [{**one, "credit": ""} for one in fields.levels]


def _without_range(fields: CriterionFields) -> None:
    fields.texts |= dict.fromkeys(RANGE, "")


def _words(level: Texts) -> Texts:
    return {name: text for name, text in level.items() if text}


def _of_place(level: Texts) -> Texts:
    return {name: level[name] for name in _OF_PLACE}


def _next_value(levels: list[Texts]) -> str:
    values = [value for one in levels if (value := _value(one)) is not None]
    return number_text(max(values).to_integral_value() + 1) if values else "0"


def _value(level: Texts) -> Decimal | None:
    try:
        value = Decimal(level.get("value", "").strip() or "NaN")
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**8 else None
