"""The small forms of the rubric pages: a new rubric, its file, its publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from labeling import strict_json
from labeling.errors import Problems
from labeling.forms.fates import FateChoice
from labeling.forms.texts import Line, Prose
from labeling.models import RubricVersion
from labeling.revising import CriterionDifference
from labeling.spec import RubricSpec, parse_rubric

FILE_BYTES = 20 * 1024 * 1024


class RubricFile(forms.FileField):
    """A rubric as JSON, read by the rubric's own reader."""

    def clean(self, data: Any, initial: Any = None) -> RubricSpec | None:
        upload: UploadedFile | None = super().clean(data, initial)
        if upload is None:
            return None
        if (upload.size or 0) > FILE_BYTES:
            limit = FILE_BYTES // 1024 // 1024
            raise forms.ValidationError(f"The file is larger than {limit} MB.")
        try:
            return parse_rubric(strict_json.loads(upload.read(), max_bytes=FILE_BYTES))
        except Problems as error:
            raise forms.ValidationError([str(one) for one in error.problems[:50]]) from None
        except strict_json.InvalidJson as error:
            raise forms.ValidationError(f"This is not a rubric file: {error}") from None


class NewRubricForm(forms.Form):
    title = Line(required=False, help_text="Left empty, the file's own title is taken.")
    file = RubricFile(
        required=False,
        label="Rubric file",
        help_text="A JSON file with title and criteria, if you have one.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("title") and not cleaned.get("file"):
            self.add_error("title", "Write a title, or choose a file that has one.")
        return cleaned


class RubricFileForm(forms.Form):
    """A file that replaces the draft, and which save of the draft the author has seen."""

    file = RubricFile(label="Rubric file")
    number = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
    edit = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """The note, and for each changed criterion what becomes of its labels.

    `changed` are the criteria to choose for; the others take their usual fate.
    """

    change_note = Prose(
        label="What changed",
        required=False,
        max_length=2000,
        help_text="For those who rated by the version before.",
    )
    number = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
    edit = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, changed: Sequence[FateChoice] = (), **kwargs: Any):
        super().__init__(data, **kwargs)
        self.choices = changed
        for one in changed:
            self.fields[one.name] = forms.ChoiceField(
                choices=one.choices,
                label=one.question,
                widget=forms.RadioSelect,
                required=False,
            )
            self.initial[one.name] = self.initial.get(one.name) or one.choices[0][0]

    def own_fields(self) -> list[forms.BoundField]:
        """All but the choices, which stand beside what they are about."""
        chosen = {one.name for one in self.choices}
        return [field for field in self if field.name not in chosen]

    def rows(self) -> list[tuple[CriterionDifference, forms.BoundField]]:
        """Each changed criterion with its question."""
        return [(one.difference, self[one.name]) for one in self.choices]

    def fates(self) -> dict[str, str]:
        """What was chosen, by the criterion's key."""
        return {one.key: said for one in self.choices if (said := self.cleaned_data.get(one.name))}


class CompareForm(forms.Form):
    """Two versions of a rubric, `from` the older one; the newest two when none are named."""

    def __init__(self, data: Any, *, versions: Sequence[RubricVersion]) -> None:
        self.versions = {str(one.number): one for one in versions}
        newest = list(self.versions)[:2]
        initial = dict(zip(("to", "from"), newest, strict=False))
        super().__init__(data, initial=initial)
        choices = [
            (number, f"Version {number} (draft)" if one.status == "draft" else f"Version {number}")
            for number, one in self.versions.items()
        ]
        # Not attributes of the class: `from` is a word of the language.
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.ChoiceField(choices=choices, label=label, required=False)

    def chosen(self) -> tuple[RubricVersion | None, RubricVersion | None]:
        """The older and the newer version to compare; None where there is none."""
        said = self.cleaned_data if self.is_bound else {}
        old, new = (
            self.versions.get(said.get(name) or self.initial.get(name, ""))
            for name in ("from", "to")
        )
        return old, new
