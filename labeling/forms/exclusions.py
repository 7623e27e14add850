"""Which judgements of a batch are left out of what is counted, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from labeling.forms.texts import Line
from labeling.models import Assignment, Batch, Response, User
from labeling.rating import Judged


class JudgedForm(forms.Form):
    """An expert, a response, or an expert at a response."""

    rater = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Expert"),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )
    response = Line(
        max_length=500,
        required=False,
        help_text=gettext_lazy("The id of a response; empty means all of them."),
        label=gettext_lazy("Response"),
    )

    def __init__(self, data: Any, *, batch: Batch) -> None:
        super().__init__(data)
        self.batch = batch
        here = Assignment.objects.filter(batch=batch, state=Assignment.State.SUBMITTED)
        here = here.exclude(purpose=Assignment.Purpose.ADJUDICATION)
        raters = User.objects.filter(pk__in=here.values("rater")).order_by("username")
        self.fields["rater"] = forms.ModelChoiceField(
            raters, label=gettext("Expert"), required=False, empty_label=gettext("Everybody")
        )

    def clean_response(self) -> Response | None:
        named = self.cleaned_data["response"].strip()
        if not named:
            return None
        here = Response.objects.filter(project=self.batch.project_id, external_id=named)
        judged = Assignment.State.SUBMITTED
        found = here.filter(assignments__batch=self.batch, assignments__state=judged).first()
        if found is None:
            raise forms.ValidationError(
                gettext("This batch has no rated response “%(named)s”.") % {"named": named[:100]}
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("rater") and not cleaned.get("response"):
            raise forms.ValidationError(gettext("Name an expert, a response, or both."))
        return cleaned

    def judged(self) -> Judged:
        """The judgements that are meant."""
        return Judged(self.batch, self.cleaned_data["rater"], self.cleaned_data["response"])


class ExclusionForm(JudgedForm):
    reason = Line(
        max_length=500,
        help_text=gettext_lazy("It stays on record, and the expert can read it."),
        label=gettext_lazy("Reason"),
    )
