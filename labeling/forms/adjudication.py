"""What adjudicators send: which disputes they look for, their rulings, why they hand one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from labeling import adjudicating
from labeling.forms.desk import NUMBER
from labeling.forms.texts import Line
from labeling.models import Adjudication, Batch
from labeling.rating import JudgedCriterion


class DisputeFilterForm(forms.Form):
    """Which disputes are listed; what is not said is not narrowed."""

    batch = forms.TypedChoiceField(coerce=int, required=False, label=gettext_lazy("Batch"))
    state = forms.ChoiceField(
        choices=list(adjudicating.STATES.items()), required=False, label=gettext_lazy("State")
    )
    criterion = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label=gettext_lazy("Criterion")
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Because of"),
        choices=[("", gettext_lazy("Anything")), *adjudicating.WHYS.items()],
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Ruled for"),
        choices=[("", gettext_lazy("Any reason")), *Adjudication.Reason.choices],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        batches: Sequence[Batch],
        criteria: Sequence[JudgedCriterion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["batch"])
        field.choices = [(one.pk, one.name) for one in batches]
        field = cast(forms.ChoiceField, self.fields["criterion"])
        names = [(one.lineage_id, one.spec.name) for one in criteria]
        field.choices = [("", gettext("Any criterion")), *names]

    def narrowed(self) -> adjudicating.Narrowed:
        """What is asked for, as far as it can be read."""
        said = self.cleaned_data
        return adjudicating.Narrowed(
            state=said.get("state") or "waiting",
            lineage=said.get("criterion"),
            why=said.get("why") or "",
            reason=said.get("reason") or "",
        )


class TakeForm(forms.Form):
    """The worst response of a batch, or a certain one."""

    batch = forms.IntegerField(min_value=1, max_value=2**62, label=gettext_lazy("Batch"))
    response = forms.IntegerField(
        min_value=1, max_value=2**62, required=False, label=gettext_lazy("Response")
    )


class HandBackForm(forms.Form):
    reason = Line(
        label=gettext_lazy("Why somebody else should rule on it"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def rulings_in(data: QueryDict, criteria: Sequence[JudgedCriterion]) -> dict[str, dict[str, Any]]:
    """The rulings of a form post, as the verb reads them; what is left empty is not ruled on."""
    rulings = {}
    for one in criteria:
        key = one.spec.key
        value, number = data.get(f"value:{key}", ""), data.get(f"number:{key}", "").strip()
        if value == NUMBER or (not value and number):
            value = number
        reason, note = data.get(f"reason:{key}", ""), data.get(f"note:{key}", "")
        if value or reason or note.strip():
            rulings[key] = {
                "value": value,
                "reason": reason,
                "note": note.replace("\r\n", "\n"),
                "to_author": data.get(f"author:{key}", "") == "on",
            }
    return rulings
