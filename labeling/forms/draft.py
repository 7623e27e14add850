"""The small forms of a draft: its head, a section's name, what the buttons send."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy

from labeling.authoring import head_token
from labeling.errors import Problem, Problems
from labeling.models import Rubric, RubricVersion
from labeling.spec import RubricSpec, parse_rubric

COUNT = 2_000_000_000


class NumberForm(forms.Form):
    """Which version the author sees: what is sealed meanwhile takes no change."""

    number = forms.IntegerField(min_value=1, max_value=100_000)


class WriterForm(NumberForm):
    """Which text the author started from, at which open form, and which of its saves this is."""

    seen = forms.CharField(required=False, max_length=64)
    writer = forms.CharField(required=False, max_length=64)
    seq = forms.IntegerField(required=False, min_value=0, max_value=COUNT)


class SectionForm(NumberForm):
    """Another name for a section; `first` is a criterion of it."""

    first = forms.IntegerField(min_value=1, max_value=2**62)
    heading = forms.CharField(required=False, max_length=8_000)


class HeadForm(forms.Form):
    """The texts above the criteria; the spec judges them."""

    title = forms.Field(
        label=gettext_lazy("Title"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    description = forms.Field(
        label=gettext_lazy("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, rubric: Rubric, text: RubricVersion | None) -> HeadForm:
        """The texts as they stand."""
        if text is None:
            return cls(initial={"title": rubric.title}, auto_id="head-%s")
        said = {"title": text.title, "description": text.description}
        return cls(initial={**said, "seen": head_token(text)}, auto_id="head-%s")

    @classmethod
    def posted(cls, sent: Mapping[str, str]) -> HeadForm:
        """What was typed; `spec` says what is wrong with it."""
        form = cls(dict(sent), auto_id="head-%s")
        form.full_clean()
        form.errors.clear()
        return form

    def spec(self) -> RubricSpec | None:
        """The texts alone; None when something is wrong, which then stands beside the fields."""
        names = ("title", "description")
        said = {name: str(self.data.get(name, "")).replace("\r\n", "\n") for name in names}
        try:
            return parse_rubric({**said, "criteria": []})
        except Problems as error:
            self.refuse(error.problems)
            return None

    def refuse(self, problems: list[Problem]) -> None:
        """Put problems beside the fields they are about."""
        for one in problems:
            self.add_error(one.where if one.where in self.fields else None, one.message)
