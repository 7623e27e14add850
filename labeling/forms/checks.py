"""What a batch asks for beside its work: practice first, checks mixed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from labeling.models import Batch
from labeling.practice.checks import DAYS_MAX, PERCENT_MAX, Checks


class ChecksForm(forms.Form):
    requires_practice = forms.BooleanField(
        required=False,
        label=gettext_lazy("Only experts who have passed a practice batch of this rubric"),
        help_text=gettext_lazy("Who has begun here goes on."),
    )
    gold_percent = forms.IntegerField(
        label=gettext_lazy("Percent of what is handed out: responses with a known answer"),
        min_value=0,
        max_value=PERCENT_MAX,
        help_text=gettext_lazy(
            "Nobody can tell them from other responses. 5 to 10 is usual; 0 mixes none in."
        ),
    )
    repeat_percent = forms.IntegerField(
        label=gettext_lazy("Percent of what is handed out: responses the same expert rated before"),
        min_value=0,
        max_value=PERCENT_MAX,
        help_text=gettext_lazy("They say how far an expert agrees with themselves. 5 is usual."),
    )
    repeat_days = forms.IntegerField(
        label=gettext_lazy("Days before a response is asked a second time"),
        min_value=1,
        max_value=DAYS_MAX,
        help_text=gettext_lazy("Only what comes three days later or more counts as forgotten."),
    )
    shows_gold = forms.BooleanField(
        required=False,
        label=gettext_lazy("Show the known answer of a check once it is answered"),
        help_text=gettext_lazy(
            "Otherwise it is shown when the batch is closed, so that checks stay unseen."
        ),
    )

    @classmethod
    def of(cls, batch: Batch, data: Any = None) -> ChecksForm:
        now = Checks.of(batch)
        return cls(data, initial={name: getattr(now, name) for name in Checks.__slots__})

    def checks(self) -> Checks:
        return Checks(**self.cleaned_data)
