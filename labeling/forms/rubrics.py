"""The small forms of the rubric pages: publishing a version, comparing two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.fates import FateChoice
from labeling.forms.texts import Prose
from labeling.models import RubricVersion
from labeling.revising import CriterionDifference


class PublishForm(forms.Form):
    """The note, and for each changed criterion what becomes of its labels.

    `changed` are the criteria to choose for; the others take their usual fate.
    """

    change_note = Prose(
        label=_("What changed"),
        required=False,
        max_length=2000,
        help_text=_("For those who rated by the version before."),
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
        choices = [(number, _version(one)) for number, one in self.versions.items()]
        # Not attributes of the class: `from` is a word of the language.
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.ChoiceField(choices=choices, label=label, required=False)

    def chosen(self) -> tuple[RubricVersion | None, RubricVersion | None]:
        """The older and the newer version to compare; None where there is none."""
        said = self.cleaned_data if self.is_bound else {}
        old, new = (
            self.versions.get(said.get(name) or self.initial.get(name, ""))
            for name in ("from", "to")
        )
        return old, new


def _version(one: RubricVersion) -> str:
    words = _("Version %(number)s (draft)") if one.status == "draft" else _("Version %(number)s")
    return words % {"number": one.number}
