"""How a batch asks by a stopping rule."""

from __future__ import annotations

from django import forms

from labeling.adaptive import FIXED_MIN, N_MAX, Adaptive


class AdaptiveForm(forms.Form):
    n_min = forms.IntegerField(
        label="Experts to begin with",
        min_value=2,
        max_value=N_MAX,
        initial=2,
        help_text="These places are the fixed design: agreement is measured on them.",
    )
    n_max = forms.IntegerField(
        label="Experts at most",
        min_value=2,
        max_value=N_MAX,
        initial=5,
        help_text="What they cannot settle goes to adjudication.",
    )
    conf = forms.FloatField(
        label="Accepted from this clarity on",
        min_value=0.5,
        max_value=0.999,
        initial=0.9,
        help_text="How probable it is that most experts would say what these say most often.",
    )
    floor = forms.FloatField(
        label="Ambiguous under this clarity",
        min_value=0.5,
        max_value=0.999,
        initial=0.6,
        help_text="After the last expert; what lies between goes to adjudication.",
    )
    fixed_percent = forms.IntegerField(
        label="Percent of the responses that keep a fixed overlap",
        min_value=FIXED_MIN,
        max_value=100,
        initial=FIXED_MIN,
        help_text="Drawn from the seed, whatever is said of them: they keep agreement honest.",
    )

    def rule(self) -> Adaptive:
        return Adaptive(**self.cleaned_data)
