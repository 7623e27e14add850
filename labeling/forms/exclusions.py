"""Which judgements of a batch are left out of what is counted, and why."""

from __future__ import annotations

from typing import Any

from django import forms

from labeling.forms.texts import Line
from labeling.models import Assignment, Batch, Response, User
from labeling.rating import Judged


class JudgedForm(forms.Form):
    """An expert, a response, or an expert at a response."""

    rater = forms.ModelChoiceField(
        User.objects.none(), label="Expert", required=False, empty_label="Everybody"
    )
    response = Line(
        max_length=500, required=False, help_text="The id of a response; empty means all of them."
    )

    def __init__(self, data: Any, *, batch: Batch) -> None:
        super().__init__(data)
        self.batch = batch
        here = Assignment.objects.filter(batch=batch, state=Assignment.State.SUBMITTED)
        here = here.exclude(purpose=Assignment.Purpose.ADJUDICATION)
        raters = User.objects.filter(pk__in=here.values("rater")).order_by("username")
        self.fields["rater"] = forms.ModelChoiceField(
            raters, label="Expert", required=False, empty_label="Everybody"
        )

    def clean_response(self) -> Response | None:
        named = self.cleaned_data["response"].strip()
        if not named:
            return None
        here = Response.objects.filter(project=self.batch.project_id, external_id=named)
        judged = Assignment.State.SUBMITTED
        found = here.filter(assignments__batch=self.batch, assignments__state=judged).first()
        if found is None:
            raise forms.ValidationError(f"This batch has no rated response “{named[:100]}”.")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("rater") and not cleaned.get("response"):
            raise forms.ValidationError("Name an expert, a response, or both.")
        return cleaned

    def judged(self) -> Judged:
        """The judgements that are meant."""
        return Judged(self.batch, self.cleaned_data["rater"], self.cleaned_data["response"])


class ExclusionForm(JudgedForm):
    reason = Line(
        max_length=500,
        help_text="It stays on record, and the expert can read it.",
    )
