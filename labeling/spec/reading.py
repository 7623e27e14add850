"""Reading a rubric from JSON: all of it at once, every fault with its place."""

from dataclasses import replace
from decimal import Decimal

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.spec.fields import Fields, kind_of, text_fault
from labeling.spec.keys import KEY_PATTERN, derived_key, derived_name
from labeling.spec.rubric import (
    CriterionSpec,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    WeightClass,
    level_credits,
)
from labeling.spec.scales import BINARY, read_scale
from labeling.strict_json import InvalidJson, dumps, number_text

CHECK_LENGTH = 262_144
EXTRA_LENGTH = 262_144
RUBRIC_EXTRA_LENGTH = 4 * 1024 * 1024
# Sections are named by the nodes of a tree, whose names are whole sentences.
SECTION_LENGTH = 2_000

_RUBRIC_KEYS = ("title", "description", "guidelines", "criteria", "extra")
CRITERION_KEYS = (
    *("key", "name", "criterion", "guidance", "tags", "dimension", "path"),
    *("scale", "points", "gate", "pass_at", "check", "weight_class", "allow_na"),
    *("allow_cannot_assess", "needs_rationale", "needs_evidence", "expertise", "extra"),
)


def parse_rubric(data: object) -> RubricSpec:
    """The rubric in `data`, or Problems with every fault in it."""
    if not isinstance(data, dict):
        message = _("a rubric is an object with `title` and `criteria`, not %(data)s") % {
            "data": kind_of(data)
        }
        raise Problems([Problem("", message)])
    fields = Fields(data, "", [])
    fields.expect_only(_RUBRIC_KEYS)
    spec = RubricSpec(
        fields.line("title", required=True),
        fields.text("description"),
        fields.text("guidelines"),
        _read_criteria(fields, "criteria"),
        _read_object(fields, "extra", RUBRIC_EXTRA_LENGTH),
    )
    if fields.problems:
        raise Problems(fields.problems)
    return spec


def parse_criteria(data: object, *, where: str) -> tuple[CriterionSpec, ...]:
    """The criteria of one item, which stand in a list without a rubric around it."""
    fields = Fields({where: data}, "", [])
    criteria = _read_criteria(fields, where)
    if fields.problems:
        raise Problems(fields.problems)
    return criteria


def _read_criteria(fields: Fields, key: str) -> tuple[CriterionSpec, ...]:
    placed = fields.each(key, _read_criterion, required=True)
    first = {spec.key: at for at, spec in reversed(placed) if spec.key}
    taken = dict.fromkeys(first, 1)
    criteria = []
    for at, spec in placed:
        if spec.key and first[spec.key] != at:
            message = _("`%(key)s` is the key of %(list)s[%(first)s] too") % {
                "key": spec.key,
                "list": key,
                "first": first[spec.key],
            }
            fields.problem(f"{key}[{at}].key", message)
        made = spec.key or derived_key(spec.name or spec.criterion, taken)
        criteria.append(replace(spec, key=made, name=spec.name or derived_name(spec.criterion)))
    return tuple(criteria)


def _read_criterion(fields: Fields) -> CriterionSpec:
    fields.expect_only(CRITERION_KEYS)
    name = fields.line("name")
    scale = read_scale(fields)
    points, gate = _read_points(fields), fields.flag("gate")
    pass_at = fields.number("pass_at")
    if scale is not None:
        pass_at = _settle_pass(fields, scale, gate, pass_at)
        _expect_credits(fields, scale, points, gate)
    return CriterionSpec(
        key=_read_key(fields),
        name=name,
        # A draft may have a name only; publishing asks for the text.
        criterion=fields.text("criterion", required=not name),
        scale=scale or BINARY,
        guidance=fields.text("guidance"),
        tags=fields.lines("tags"),
        dimension=fields.line("dimension"),
        path=fields.lines("path", length=SECTION_LENGTH),
        points=points,
        gate=gate,
        pass_at=pass_at,
        check=_read_object(fields, "check", CHECK_LENGTH),
        weight_class=_read_class(fields, points),
        allow_na=fields.flag("allow_na", default=True),
        allow_cannot_assess=fields.flag("allow_cannot_assess", default=True),
        needs_rationale=fields.flag("needs_rationale"),
        needs_evidence=fields.flag("needs_evidence"),
        expertise=fields.lines("expertise"),
        extra=_read_object(fields, "extra", EXTRA_LENGTH),
    )


def _read_key(fields: Fields) -> str:
    key = fields.line("key")
    if key and not KEY_PATTERN.fullmatch(key):
        message = _("a key is 1 to 63 of a-z, 0-9, _ and -, beginning with a letter")
        fields.problem(
            "key", _("`%(key)s` will not do: %(message)s") % {"key": key[:70], "message": message}
        )
        return ""
    return key


def _read_points(fields: Fields) -> Decimal | None:
    points = fields.points("points")
    if points == 0:
        fields.problem("points", _("are 0; write null to keep the criterion out of the reward"))
    return points


def _settle_pass(
    fields: Fields, scale: ScaleSpec, gate: bool, pass_at: Decimal | None
) -> Decimal | None:
    """The value a gate turns on: the met level of a binary scale, else one must be given."""
    if pass_at is not None:
        if not scale.allows(pass_at):
            fields.problem(
                "pass_at",
                _("%(pass_at)s is not a value of the scale") % {"pass_at": number_text(pass_at)},
            )
    elif gate and scale.type == ScaleType.BINARY:
        return next(level.value for level in scale.levels if level.credit == 1)
    elif gate and fields.data.get("pass_at") is None:
        fields.problem("pass_at", _("is missing; a gate needs the value that passes it"))
    return pass_at


def _expect_credits(fields: Fields, scale: ScaleSpec, points: Decimal | None, gate: bool) -> None:
    if scale.type != ScaleType.NOMINAL or not (points or gate):
        return
    for value, credit in level_credits(scale).items():
        if credit is None:
            message = _("the level %(value)s needs a credit, as nominal levels have no order") % {
                "value": number_text(value)
            }
            fields.problem("scale.levels", message)


def _read_class(fields: Fields, points: Decimal | None) -> WeightClass | None:
    """The weight class, which the sign of the points must bear out."""
    value = fields.data.get("weight_class")
    if value is None:
        return None
    if value not in list(WeightClass):
        shown = f"`{value[:60]}`" if isinstance(value, str) else kind_of(value)
        fields.problem(
            "weight_class",
            _("is %(shown)s; one of %(classes)s")
            % {"shown": shown, "classes": ", ".join(WeightClass)},
        )
        return None
    found = WeightClass(str(value))
    is_pitfall = found is WeightClass.PITFALL
    if points is not None and (points < 0) is not is_pitfall:
        message = _("a pitfall takes points away: they are negative")
        if not is_pitfall:
            message = _("only a pitfall has negative points, not %(found)s") % {"found": found}
        fields.problem("points", message)
    return found


def _read_object(fields: Fields, key: str, length: int) -> dict[str, object] | None:
    found = fields.mapping(key)
    try:
        fault = found and text_fault(dumps(found), length)
    except (InvalidJson, TypeError) as error:
        fault = _("cannot be kept: %(error)s") % {"error": error}
    if fault:
        fields.problem(key, fault)
    return found
