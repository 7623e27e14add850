"""The rubric's editor: one form for all of it, judged by the rubric's own reader."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import forms
from django.http import QueryDict

from labeling.errors import Problem, Problems
from labeling.forms.rubric_fields import CriterionFields, RubricFields, flat_fields
from labeling.spec import RubricSpec, ScaleType, parse_rubric

# More than this is slow to draw and no joy to edit: such rubrics are edited as files.
EDITABLE_CRITERIA = 100

_PLACE = re.compile(r"criteria\[(\d+)\](?:\.scale)?(?:\.levels\[(\d+)\])?(?:\.(\w+))?.*")
_ACTION = re.compile(r"(add|remove|up|down|add-level|remove-level)(?:-(\d+))?(?:-(\d+))?")


class HeadForm(forms.Form):
    """The rubric's own texts, and which save they started from."""

    title = forms.Field(widget=forms.TextInput)
    description = forms.Field(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    guidelines = forms.Field(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What an expert should know before the first response.",
    )
    number = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
    edit = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    rest = forms.Field(required=False, widget=forms.HiddenInput)


class CriterionForm(forms.Form):
    """One criterion; the fields only carry text, the spec judges it."""

    name = forms.Field(required=False, widget=forms.TextInput)
    key = forms.Field(
        required=False,
        widget=forms.TextInput,
        help_text="Its name in files. Keep it and its labels go on; left empty, the name gives it.",
    )
    criterion = forms.Field(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Criterion",
        help_text="What is to be judged, in one sentence.",
    )
    guidance = forms.Field(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    dimension = forms.Field(
        required=False, widget=forms.TextInput, help_text="For example policy compliance."
    )
    type = forms.ChoiceField(
        required=False,
        label="Scale",
        choices=[
            (ScaleType.BINARY.value, "Binary: met or not"),
            (ScaleType.ORDINAL.value, "Ordinal: levels in order"),
            (ScaleType.NOMINAL.value, "Nominal: levels without order"),
            (ScaleType.INTERVAL.value, "Interval: a number in a range"),
        ],
    )
    points = forms.Field(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="Negative for a pitfall; empty keeps it out of the reward.",
    )
    gate = forms.BooleanField(required=False, label="Gate: failing it makes the whole reward 0")
    pass_at = forms.Field(
        required=False,
        label="Gate passes at",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="The lowest value that passes; for a pitfall the value from which it fails.",
    )
    min = forms.Field(required=False, label="From", widget=forms.TextInput)
    max = forms.Field(required=False, label="To", widget=forms.TextInput)
    step = forms.Field(required=False, label="Step", widget=forms.TextInput)
    rest = forms.Field(required=False, widget=forms.HiddenInput)


class LevelForm(forms.Form):
    """One step of a scale."""

    value = forms.Field(required=False, widget=forms.TextInput)
    label = forms.Field(required=False, widget=forms.TextInput)
    anchor = forms.Field(required=False, widget=forms.Textarea(attrs={"rows": 1}))
    example = forms.Field(required=False, widget=forms.Textarea(attrs={"rows": 1}))
    credit = forms.Field(required=False, widget=forms.TextInput)


class CriterionEditor:
    """One criterion's form with the forms of its levels."""

    def __init__(self, index: int, fields: CriterionFields) -> None:
        self.index, self.number, prefix = index, index + 1, f"criteria-{index}"
        self.form = _bound(CriterionForm, prefix, fields.texts)
        self.levels = [
            _bound(LevelForm, f"{prefix}-levels-{at}", texts)
            for at, texts in enumerate(fields.levels)
        ]
        self.has_guidance = bool(fields.texts.get("guidance") or fields.texts.get("dimension"))
        self.is_interval = fields.texts.get("type") == ScaleType.INTERVAL


class RubricEditor:
    """The whole form: shows what was typed, says what is wrong with it, and where."""

    def __init__(self, fields: RubricFields, *, number: int, edit: int) -> None:
        self.fields, self.number, self.edit, self.action = fields, number, edit, "save"
        self.problems: list[Problem] = []

    @classmethod
    def of(cls, spec: RubricSpec, *, number: int, edit: int) -> RubricEditor:
        return cls(RubricFields.of(spec), number=number, edit=edit)

    @classmethod
    def posted(cls, sent: QueryDict) -> RubricEditor:
        """The form as sent; raises DomainError when it did not arrive whole."""
        flat = flat_fields({name: str(sent[name]) for name in sent})
        editor = cls(
            RubricFields.posted(flat),
            number=_counter(flat.get("number"), 1),
            edit=_counter(flat.get("edit"), 0),
        )
        editor.action = flat.get("do", "save")
        return editor

    def rearrange(self) -> bool:
        """Carry out an adding, removing or moving button; False when it was none of them."""
        match = _ACTION.fullmatch(self.action)
        if not match:
            return False
        criteria, at = self.fields.criteria, int(match[2] or 0)
        if match[1] == "add":
            criteria.append(CriterionFields.blank())
        elif at < len(criteria):
            _rearrange(criteria, match[1], at, int(match[3] or 0))
        return True

    def spec(self) -> RubricSpec | None:
        """What the form says; None when something is wrong, which then stands in `problems`."""
        try:
            return parse_rubric(self.fields.as_json())
        except Problems as error:
            self.problems = error.problems
            return None

    def head(self) -> HeadForm:
        """The form above the criteria."""
        form = _bound(HeadForm, None, {**self.fields.head, **self._counters()})
        for problem in self.problems:
            if problem.where in form.fields:
                form.add_error(problem.where, problem.message)
        return form

    def criteria(self) -> list[CriterionEditor]:
        """A form for each criterion, with its problems beside the fields."""
        editors = [CriterionEditor(at, fields) for at, fields in enumerate(self.fields.criteria)]
        for problem in self.problems:
            match = _PLACE.fullmatch(problem.where)
            if match and int(match[1]) < len(editors):
                _mark(editors[int(match[1])], match, problem.message)
        return editors

    def names(self) -> list[str]:
        """What the criteria are called, to name them in messages."""
        return [one.texts.get("name", "") for one in self.fields.criteria]

    def _counters(self) -> dict[str, str]:
        return {"number": str(self.number), "edit": str(self.edit)}


def _mark(editor: CriterionEditor, place: re.Match[str], message: str) -> None:
    level, field = place[2], place[3] or ""
    form: forms.Form = editor.form
    if level is not None and int(level) < len(editor.levels):
        form = editor.levels[int(level)]
    # `levels` as a whole belong to the scale.
    field = "type" if field in {"levels", "scale"} else field
    form.add_error(field if field in form.fields else None, message)


def _rearrange(criteria: list[CriterionFields], action: str, at: int, level: int) -> None:
    match action:
        case "remove":
            del criteria[at]
        case "up" if at > 0:
            criteria.insert(at - 1, criteria.pop(at))
        case "down":
            criteria.insert(at + 1, criteria.pop(at))
        case "add-level":
            # An empty row would not come back from the browser: it begins with a value.
            criteria[at].levels.append({"value": str(len(criteria[at].levels))})
        case "remove-level" if level < len(criteria[at].levels):
            del criteria[at].levels[level]


def _bound[F: forms.Form](kind: type[F], prefix: str | None, texts: Mapping[str, str]) -> F:
    names = {name: f"{prefix}-{name}" if prefix else name for name in kind.base_fields}
    form = kind({names[name]: texts.get(name, "") for name in names}, prefix=prefix)
    # The spec is the judge; Django's own cleaning only opens the form for its words.
    form.full_clean()
    form.errors.clear()
    return form


def _counter(text: str | None, least: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else least
