"""What the planning page is asked: what experts are like, and what may be spent."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evals.queries.items import readable_batches
from evals.reliability.budget import MORE_MAX
from evals.reliability.planning import RATERS_MAX, UNITS_MAX
from labeling.models import Project, User

SEATS = re.compile(r"\d{1,18}:\d{1,5}(,\d{1,18}:\d{1,5})*")
UNREADABLE = _("This list cannot be read: work it out again.")


class PrecisionForm(forms.Form):
    """How wide an interval may be, and what experts are assumed to be like."""

    criterion = forms.ChoiceField(label=_("Experts and answers as measured on"), required=False)
    accuracy = forms.FloatField(
        label=_("An expert is right (%)"),
        min_value=50,
        max_value=100,
        initial=90,
        help_text=_("Used with figures of your own."),
    )
    share = forms.FloatField(
        label=_("Truly met (%)"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("Used with figures of your own."),
    )
    half_width = forms.FloatField(
        label=_("Alpha plus or minus"), min_value=0.01, max_value=0.5, initial=0.1
    )
    raters = forms.IntegerField(label=_("Experts"), min_value=2, max_value=RATERS_MAX, initial=3)
    items = forms.IntegerField(label=_("Items"), min_value=5, max_value=UNITS_MAX, initial=100)

    def __init__(self, *args: Any, criteria: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*criteria, ("own", _("Figures of your own"))]
        self.fields["criterion"] = forms.ChoiceField(
            label=_("Experts and answers as measured on"), choices=choices, initial=choices[0][0]
        )


class BudgetForm(forms.Form):
    """What may be spent."""

    hours = forms.FloatField(
        label=_("Hours of experts"), min_value=0.01, max_value=100_000, initial=5
    )
    more = forms.IntegerField(
        label=_("Further experts per response"), min_value=1, max_value=MORE_MAX, initial=2
    )
    seconds = forms.FloatField(label=_("Seconds per rating"), min_value=1, max_value=86_400)

    def ratings(self) -> int:
        """How many ratings the hours pay for."""
        return int(self.cleaned_data["hours"] * 3600 / self.cleaned_data["seconds"] + 1e-9)


class BatchForm(forms.Form):
    """A batch of the project that the person does not rate in."""

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"] = forms.ModelChoiceField(
            readable_batches(project, user), label=_("Batch")
        )


class AssignForm(BatchForm):
    """The list as it was shown: `response:places` pairs, so that sent twice it says the same."""

    seats = forms.CharField(max_length=100_000, widget=forms.HiddenInput)
    afresh = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_seats(self) -> dict[int, int]:
        text = self.cleaned_data["seats"]
        if not SEATS.fullmatch(text):
            raise forms.ValidationError(UNREADABLE)
        pairs = (pair.split(":") for pair in text.split(","))
        return {int(response): int(places) for response, places in pairs}
