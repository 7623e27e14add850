"""What the pages of the answer task send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from labeling.answering.opening import named_items
from labeling.answering.taking import REASON_LENGTH
from labeling.answering.writing import MAX_TEXT
from labeling.forms.texts import Line, Prose
from labeling.models import Item, Project, RubricVersion


class AnswerTaskForm(forms.Form):
    """A name, the rubric answers will be judged by, and the items: named one a line, or all."""

    name = Line(max_length=200, label=gettext_lazy("Name"))
    rubric = forms.TypedChoiceField(
        coerce=int,
        help_text=gettext_lazy("Experts read it while they write."),
        label=gettext_lazy("Rubric"),
    )
    items = Prose(
        label=gettext_lazy("Items, by their ids, one a line"),
        required=False,
        max_length=2_000_000,
        help_text=gettext_lazy("Empty takes every item of the project."),
    )

    def __init__(self, *args: Any, versions: Sequence[RubricVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["rubric"])
        field.choices = [
            (
                one.pk,
                gettext("%(rubric)s · version %(number)s")
                % {"rubric": one.rubric, "number": one.number},
            )
            for one in versions
        ]

    def chosen(self, project: Project) -> QuerySet[Item]:
        """The items that are named. Raises Problems on names that are none."""
        names = {line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()}
        return named_items(project, names) if names else Item.objects.filter(project=project)


class PutForm(forms.Form):
    """The batch in which the answers are rated."""

    prefix = "put"
    name = Line(max_length=200, label=gettext_lazy("Name"))
    overlap = forms.IntegerField(
        label=gettext_lazy("Experts an answer"),
        min_value=2,
        max_value=100,
        initial=2,
        help_text=gettext_lazy("At least two, never its writer."),
    )


class HandBackForm(forms.Form):
    """Why an item is left to somebody else."""

    reason = Line(
        label=gettext_lazy("Why you hand it back"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Read by whoever runs the task."),
        # The browser asks for words before script gives up what is written.
        widget=forms.TextInput(attrs={"pattern": r".*\S.*"}),
    )


class WritingForm(forms.Form):
    """The answer as it stands."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        required=False,
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    edit = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
