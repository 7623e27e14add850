"""Reading a scale: its levels, its bounds, its credits."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from labeling.language import gettext as _
from labeling.spec.fields import Fields, kind_of
from labeling.spec.rubric import LevelSpec, ScaleSpec, ScaleType, level_credits
from labeling.strict_json import number_text

# The words that stand for answers without a value, so no level may be called so.
RESERVED_LABELS = ("na", "cannot_assess")

_LEVEL_KEYS = ("value", "label", "anchor", "example", "credit")
_SCALE_KEYS = ("type", "levels", "min", "max", "step")
type Placed = list[tuple[int, LevelSpec]]

_ZERO, _ONE = Decimal(0), Decimal(1)
NOT_MET = LevelSpec(_ZERO, "Not met", credit=_ZERO)
MET = LevelSpec(_ONE, "Met", credit=_ONE)
BINARY = ScaleSpec(ScaleType.BINARY, (NOT_MET, MET))


def read_scale(criterion: Fields) -> ScaleSpec | None:
    """The scale of a criterion, binary where none is given; None when it has a fault."""
    before = len(criterion.problems)
    data = criterion.mapping("scale")
    scale = BINARY
    if data is not None:
        scale = _read(Fields(data, criterion.place("scale"), criterion.problems))
    return scale if len(criterion.problems) == before else None


def _read(fields: Fields) -> ScaleSpec:
    fields.expect_only(_SCALE_KEYS)
    before = len(fields.problems)
    kind = _read_type(fields)
    placed = [(at, level) for at, level in fields.each("levels", _read_level) if level]
    _refuse_doubles(fields, placed)
    if kind == ScaleType.INTERVAL:
        return _read_interval(fields, placed)
    if kind is None or len(fields.problems) > before:
        # What is said about the levels together would only echo the faults of single ones.
        return BINARY
    return _read_steps(fields, kind, tuple(level for _, level in placed))


def _read_type(fields: Fields) -> ScaleType | None:
    value = fields.data.get("type")
    if value in list(ScaleType):
        return ScaleType(str(value))
    allowed = ", ".join(ScaleType)
    if value is None:
        fields.problem("type", _("is missing; one of %(allowed)s") % {"allowed": allowed})
    else:
        shown = f"`{value[:60]}`" if isinstance(value, str) else kind_of(value)
        fields.problem(
            "type", _("is %(shown)s; one of %(allowed)s") % {"shown": shown, "allowed": allowed}
        )
    return None


def _read_level(fields: Fields) -> LevelSpec | None:
    fields.expect_only(_LEVEL_KEYS)
    value = fields.number("value", required=True)
    label = fields.line("label", required=True)
    if label.casefold() in RESERVED_LABELS:
        fields.problem(
            "label", _("`%(label)s` is the word for an answer without a value") % {"label": label}
        )
    credit = fields.number("credit")
    if credit is not None and not 0 <= credit <= 1:
        fields.problem(
            "credit",
            _("is %(credit)s, it must be between 0 and 1") % {"credit": number_text(credit)},
        )
    anchor, example = fields.text("anchor"), fields.text("example")
    return None if value is None else LevelSpec(value, label, anchor, example, credit)


def _refuse_doubles(fields: Fields, placed: Placed) -> None:
    values = {number_text(level.value): at for at, level in reversed(placed)}
    labels = {level.label: at for at, level in reversed(placed)}
    for at, level in placed:
        value, label = number_text(level.value), level.label
        if values[value] != at:
            fields.problem(
                f"levels[{at}].value",
                _("%(value)s is the value of another level too") % {"value": value},
            )
        if label and labels[label] != at:
            fields.problem(
                f"levels[{at}].label",
                _("`%(label)s` is the label of another level too") % {"label": label},
            )
        elif label != value and label in values:
            # A rating that says `2` could otherwise mean either of them.
            fields.problem(
                f"levels[{at}].label",
                _("`%(label)s` is the value of another level") % {"label": label},
            )


def _read_steps(fields: Fields, kind: ScaleType, levels: tuple[LevelSpec, ...]) -> ScaleSpec:
    for key in ("min", "max", "step"):
        if fields.data.get(key) is not None:
            fields.problem(key, _("belongs to an interval scale only"))
    ordered = _ordered(levels)
    if kind == ScaleType.BINARY:
        return _read_binary(fields, ordered)
    if len(levels) < 2:
        fields.problem(
            "levels",
            _("a scale needs at least two levels, here are %(count)s") % {"count": len(levels)},
        )
    scale = ScaleSpec(kind, ordered)
    if kind == ScaleType.ORDINAL and not _is_monotone(level_credits(scale).values()):
        fields.problem("levels", _("the credits of an ordinal scale must only rise or only fall"))
    return scale


def _read_binary(fields: Fields, levels: tuple[LevelSpec, ...]) -> ScaleSpec:
    if fields.data.get("levels") is None:
        return BINARY
    if [level.value for level in levels] != [0, 1]:
        fields.problem("levels", _("a binary scale has exactly two levels, of the values 0 and 1"))
        return BINARY
    low, high = levels
    # One stated credit settles the other; with none the level 1 is the met one.
    credit = high.credit if high.credit is not None else _ONE
    if high.credit is None and low.credit is not None:
        credit = _ONE - low.credit
    met = (replace(low, credit=_ONE - credit), replace(high, credit=credit))
    if credit not in (0, 1) or low.credit not in (None, met[0].credit):
        fields.problem("levels", _("one level of a binary scale has credit 1, the other credit 0"))
    return ScaleSpec(ScaleType.BINARY, met)


def _read_interval(fields: Fields, placed: Placed) -> ScaleSpec:
    low, high = fields.number("min", required=True), fields.number("max", required=True)
    step = fields.number("step")
    scale = ScaleSpec(ScaleType.INTERVAL, _ordered(level for _, level in placed), low, high, step)
    if low is None or high is None:
        return scale
    if low >= high:
        fields.problem(
            "max", _("is %(high)s, it must be above `min`") % {"high": number_text(high)}
        )
    elif step is not None and step <= 0:
        fields.problem("step", _("is %(step)s, it must be above 0") % {"step": number_text(step)})
    elif step is not None and (high - low) % step != 0:
        words = _("%(step)s does not divide the range %(low)s to %(high)s")
        told = {"step": number_text(step), "low": number_text(low), "high": number_text(high)}
        fields.problem("step", words % told)
    else:
        _check_anchors(fields, scale, placed)
    return scale


def _check_anchors(fields: Fields, scale: ScaleSpec, placed: Placed) -> None:
    for index, level in placed:
        if not scale.allows(level.value):
            message = _("%(value)s is not on the scale") % {"value": number_text(level.value)}
            fields.problem(f"levels[{index}].value", message)
        if level.credit is not None:
            message = _("an interval gives credit in proportion; leave it out")
            fields.problem(f"levels[{index}].credit", message)


def _ordered(levels: Iterable[LevelSpec]) -> tuple[LevelSpec, ...]:
    return tuple(sorted(levels, key=lambda level: level.value))


def _is_monotone(credits: Iterable[Fraction | None]) -> bool:
    stated = [credit for credit in credits if credit is not None]
    return stated in (sorted(stated), sorted(stated, reverse=True))
