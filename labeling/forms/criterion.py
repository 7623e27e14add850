"""The form of one criterion: shows what was typed, says what is wrong with it, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling import authoring, checks
from labeling.authoring import Place
from labeling.errors import Problem, Problems
from labeling.forms.criterion_fields import SUGGESTED_POINTS, CriterionFields
from labeling.spec import CriterionSpec, ScaleType, parse_criteria

type Standing = Callable[[], Sequence[Place]]

_PLACE = re.compile(r"criteria\[0\](?:\.scale)?(?:\.levels\[(\d+)\])?(?:\.(\w+))?.*")
# Where the form calls a field otherwise than the file does.
_FIELD = {"levels": "type", "scale": "type", "path": "section"}
_SUGGESTED = json.dumps({kind.value: str(points) for kind, points in SUGGESTED_POINTS.items()})
# Saved once it is written, not letter by letter: half a name is the name of something else.
_WHOLE = {"data-whole": ""}
_DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def _prose(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CriterionForm(forms.Form):
    """The fields only carry text; the spec judges it."""

    name = forms.Field(
        label=_("Name"),
        required=False,
        widget=_line(),
        help_text=_("What experts see first. Left empty, the criterion's first words are taken."),
    )
    criterion = forms.Field(
        label=_("Criterion"),
        required=False,
        widget=_prose(2),
        help_text=_("What is to be judged: one thing that can be seen, in one sentence."),
    )
    section = forms.Field(
        label=_("Section"),
        required=False,
        widget=_line(list="sections", **_WHOLE),
        help_text=_("Empty for none; “A / B” is B within A."),
    )
    type = forms.ChoiceField(
        required=False,
        label=_("Scale"),
        choices=[
            (ScaleType.BINARY.value, _("Binary: met or not")),
            (ScaleType.ORDINAL.value, _("Ordinal: levels in order")),
            (ScaleType.NOMINAL.value, _("Nominal: levels without order")),
            (ScaleType.INTERVAL.value, _("Interval: a number in a range")),
        ],
    )
    min = forms.Field(required=False, label=_("From"), widget=_line(**_DECIMAL))
    max = forms.Field(required=False, label=_("To"), widget=_line(**_DECIMAL))
    step = forms.Field(
        label=_("Step"),
        required=False,
        widget=_line(**_DECIMAL),
        help_text=_("Empty for any number between."),
    )
    weight_class = forms.ChoiceField(
        required=False,
        label=_("Weight"),
        choices=[
            ("", _("No class")),
            ("essential", _("Essential")),
            ("important", _("Important")),
            ("optional", _("Optional")),
            ("pitfall", _("Pitfall: a fault")),
        ],
        widget=forms.Select(attrs={"data-suggests": _SUGGESTED}),
        help_text=_("We suggest 5, 3, 1 and −3 points; change them as you like."),
    )
    points = forms.Field(
        label=_("Points"),
        required=False,
        widget=_line(**_DECIMAL),
        help_text=_("Below 0 for a fault; empty keeps it out of the reward."),
    )
    gate = forms.BooleanField(required=False, label=_("Gate: failing it makes the whole reward 0"))
    pass_at = forms.Field(
        required=False,
        label=_("Gate passes at"),
        widget=_line(**_DECIMAL),
        help_text=_("The lowest value that passes; for a fault the value from which it fails."),
    )
    guidance = forms.Field(
        label=_("Guidance"),
        required=False,
        widget=_prose(3),
        help_text=_("How to judge it: what counts, what does not."),
    )
    allow_na = forms.BooleanField(required=False, label=_("Experts may answer “does not apply”"))
    allow_cannot_assess = forms.BooleanField(
        required=False, label=_("Experts may answer “cannot assess”")
    )
    needs_rationale = forms.BooleanField(required=False, label=_("A reason is required"))
    needs_evidence = forms.BooleanField(
        required=False, label=_("A passage of the response is required as evidence")
    )
    expertise = forms.Field(
        required=False,
        label=_("Required expertise"),
        widget=_prose(1),
        help_text=_("Who may judge it, one kind of expertise a line; empty for everybody."),
    )
    dimension = forms.Field(
        label=_("Dimension"),
        required=False,
        widget=_line(),
        help_text=_("For example policy compliance."),
    )
    tags = forms.Field(
        label=_("Tags"), required=False, widget=_prose(1), help_text=_("One a line.")
    )
    key = forms.Field(
        label=_("Key"),
        required=False,
        widget=_line(**_WHOLE),
        help_text=_(
            "Its name in files. Labels go on as long as it stays; empty, the name gives it."
        ),
    )
    check = forms.Field(
        required=False,
        label=_("Attached check"),
        widget=_prose(3),
        help_text=_("A grader as JSON, where code can decide."),
    )


class LevelForm(forms.Form):
    """One step of a scale."""

    value = forms.Field(label=_("Value"), required=False, widget=_line(**_DECIMAL))
    label = forms.Field(label=_("Label"), required=False, widget=_line())
    anchor = forms.Field(label=_("Anchor"), required=False, widget=_prose(1))
    example = forms.Field(label=_("Example"), required=False, widget=_prose(1))
    credit = forms.Field(label=_("Credit"), required=False, widget=_line(**_DECIMAL))


class CriterionEditor:
    """The form with its levels, for one criterion of a draft."""

    def __init__(self, fields: CriterionFields, stored: CriterionSpec) -> None:
        self.fields, self.stored = fields, stored
        self.problems: list[Problem] = []

    def spec(self, standing: Standing) -> CriterionSpec | None:
        """What the form says; None when something is wrong, which then stands in `problems`.

        `standing` gives the places of the draft, and is asked only for another section.
        """
        try:
            path = self._path(standing)
            data = self.fields.as_json(self.stored, path)
            (spec,) = parse_criteria([data], where="criteria")
        except Problems as error:
            self.refuse(error.problems)
            return None
        if spec.check is not None and spec.check != self.stored.check:
            self.refuse(_in_check(checks.problems_of(spec.check)))
        return None if self.problems else spec

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Put problems beside the fields they are about."""
        self.problems += [self._placed(problem) for problem in problems]

    def form(self, prefix: str) -> CriterionForm:
        """The fields of the criterion itself; `prefix` keeps ids apart on one page."""
        form = _bound(CriterionForm, "", prefix, self.fields.texts)
        for problem in self.problems:
            if not problem.where.startswith("levels-"):
                form.add_error(problem.where or None, problem.message)
        return form

    def levels(self, prefix: str) -> list[LevelForm]:
        """The fields of each level."""
        made = [
            _bound(LevelForm, f"levels-{at}", prefix, texts)
            for at, texts in enumerate(self.fields.levels)
        ]
        for problem in self.problems:
            _, at, field = [*problem.where.split("-"), "", ""][:3]
            if at.isascii() and at.isdigit() and int(at) < len(made):
                made[int(at)].add_error(field or None, problem.message)
        return made

    def _path(self, standing: Standing) -> tuple[str, ...]:
        text = self.fields.texts["section"]
        if authoring.heading(text) == authoring.heading(self.stored.path):
            return self.stored.path
        return authoring.read_path(text, standing())

    def _placed(self, problem: Problem) -> Problem:
        match = _PLACE.fullmatch(problem.where)
        level, field = (match[1], match[2] or "") if match else (None, problem.where)
        if field == "check" and (fault := self.fields.check_fault()):
            return Problem("check", fault)
        if level is not None and int(level) < len(self.fields.levels):
            return Problem(f"levels-{level}-{field}", problem.message)
        field = _FIELD.get(field, field)
        if field not in CriterionForm.base_fields:
            return Problem("", f"{problem.where}: {problem.message}")
        return Problem(field, problem.message)


def _in_check(problems: Sequence[Problem]) -> list[Problem]:
    return [
        Problem("check", f"{one.where}: {one.message}" if one.where else one.message)
        for one in problems
    ]


def _bound[F: forms.Form](kind: type[F], prefix: str, page: str, texts: Mapping[str, str]) -> F:
    names = {name: f"{prefix}-{name}" if prefix else name for name in kind.base_fields}
    form = kind(
        {names[name]: texts.get(name, "") for name in names},
        prefix=prefix or None,
        auto_id=f"{page}-%s",
    )
    # The spec is the judge; Django's own cleaning only opens the form for its words.
    form.full_clean()
    form.errors.clear()
    return form
