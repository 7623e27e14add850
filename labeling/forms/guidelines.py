"""What an author sends about guidelines and their worked examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.texts import Prose
from labeling.models import Batch, Criterion
from labeling.spec import ScaleType
from labeling.spec.fields import TEXT_LENGTH

ACTS = ("save", "remove", "up", "down")


class Unstripped(Prose):
    """A text kept exactly as typed, but for the line ends that browsers send."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class GuidelinesForm(forms.Form):
    """The text, the version it goes into, and the text that its author started from."""

    guidelines = Unstripped(
        required=False,
        max_length=TEXT_LENGTH,
        label=_("Guidelines"),
        help_text=_(
            "Markdown: # heading, **bold**, 1. list, | table |, [link](https://…), `code`."
        ),
        widget=forms.Textarea(attrs={"rows": 24}),
    )
    number = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ExampleForm(forms.Form):
    """One worked example: what is quoted of the response, and why the answer holds."""

    extract = Unstripped(label=_("Quoted from the response"), max_length=4000)
    reason = Prose(label=_("Why"), required=False, max_length=4000)


class ExampleActForm(forms.Form):
    """What to do with an example of the draft."""

    do = forms.ChoiceField(label=_("Do"), choices=[(act, act) for act in ACTS])
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=100_000)


class UnitForm(forms.Form):
    """Which settled units to look at."""

    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    batch = forms.ModelChoiceField(Batch.objects.none(), label=_("Batch"))
    value = forms.TypedChoiceField(
        label=_("Value"), required=False, coerce=Decimal, empty_value=None
    )
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, criteria: list[Criterion], batches: Any, chosen: Criterion | None
    ) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["criterion"])
        field.choices = [(one.key, one.name) for one in criteria]
        self.fields["batch"] = forms.ModelChoiceField(
            batches, label=_("Batch"), empty_label=None, required=False
        )
        values = cast(forms.ChoiceField, self.fields["value"])
        values.choices = [("", _("Any answer")), *_levels(chosen)]
        values.label = _("Settled on")


class TakeForm(forms.Form):
    """One settled unit, to become a worked example."""

    criterion = forms.CharField(label=_("Criterion"), max_length=63)
    batch = forms.ModelChoiceField(Batch.objects.none(), label=_("Batch"))
    response = forms.IntegerField(label=_("Response"), min_value=1, max_value=2**62)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=100_000)

    def __init__(self, data: Any, *, batches: Any) -> None:
        super().__init__(data)
        self.fields["batch"] = forms.ModelChoiceField(batches, label=_("Batch"))


def _levels(criterion: Criterion | None) -> list[tuple[str, str]]:
    if criterion is None or criterion.scale == ScaleType.INTERVAL:
        return []
    return [(str(one.value), one.label) for one in criterion.levels.all()]
