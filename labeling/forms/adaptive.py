"""How a batch asks by a stopping rule."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from labeling.adaptive import FIXED_MIN, N_MAX, Adaptive


class AdaptiveForm(forms.Form):
    n_min = forms.IntegerField(
        label=gettext_lazy("Experts to begin with"),
        min_value=2,
        max_value=N_MAX,
        initial=2,
        help_text=gettext_lazy("These places are the fixed design: agreement is measured on them."),
    )
    n_max = forms.IntegerField(
        label=gettext_lazy("Experts at most"),
        min_value=2,
        max_value=N_MAX,
        initial=5,
        help_text=gettext_lazy("What they cannot settle goes to adjudication."),
    )
    conf = forms.FloatField(
        label=gettext_lazy("Accepted from this clarity on"),
        min_value=0.5,
        max_value=0.999,
        initial=0.9,
        help_text=gettext_lazy(
            "How probable it is that most experts would say what these say most often."
        ),
    )
    floor = forms.FloatField(
        label=gettext_lazy("Ambiguous under this clarity"),
        min_value=0.5,
        max_value=0.999,
        initial=0.6,
        help_text=gettext_lazy("After the last expert; what lies between goes to adjudication."),
    )
    fixed_percent = forms.IntegerField(
        label=gettext_lazy("Percent of the responses that keep a fixed overlap"),
        min_value=FIXED_MIN,
        max_value=100,
        initial=FIXED_MIN,
        help_text=gettext_lazy(
            "Drawn from the seed, whatever is said of them: they keep agreement honest."
        ),
    )

    def rule(self) -> Adaptive:
        return Adaptive(**self.cleaned_data)
