"""What pages ask of derived rows: which batch, which items."""

from __future__ import annotations

from typing import Any

from django import forms

from evals.queries.items import ItemFilter, readable_batches, readable_runs, readable_selections
from evals.slices import parse_slice
from labeling.errors import DomainError
from labeling.models import Criterion, Project, User

NO_BATCH = (
    "There is no such batch here, or you are rating in it: then it opens to you when it is closed."
)
SHOWN = [
    ("", "All"),
    ("disagreement", "Experts disagree"),
    ("unanimous", "Experts agree"),
]
VERDICTS = [("", "Any verdict"), ("in", "In"), ("held", "Held"), ("out", "Out")]


class BatchChoice(forms.Form):
    """One batch of the project whose judgements the person may see."""

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batches = readable_batches(project, user).order_by("-pk")
        self.fields["batch"] = forms.ModelChoiceField(
            self.batches,
            required=False,
            empty_label="Any batch",
            error_messages={"invalid_choice": NO_BATCH},
        )


class ItemFilterForm(BatchChoice):
    """What the list of items is narrowed to."""

    q = forms.CharField(label="Id contains", required=False, max_length=500, strip=True)
    show = forms.ChoiceField(label="Experts", required=False, choices=SHOWN)
    verdict = forms.ChoiceField(label="Selection", required=False, choices=VERDICTS)
    slice = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("q", "batch", "criterion", "show", "verdict", "slice", "selection", "run")

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, project=project, user=user, **kwargs)
        self.selections = readable_selections(project, user).order_by("-pk")
        self.fields["selection"] = forms.ModelChoiceField(
            self.selections, required=False, widget=forms.HiddenInput
        )
        self.fields["run"] = forms.ModelChoiceField(
            readable_runs(project, user), required=False, widget=forms.HiddenInput
        )
        self.criteria = self._criteria()
        keys = [(criterion.key, criterion.name) for criterion in self.criteria]
        self.fields["criterion"] = forms.ChoiceField(
            choices=[("", "Any criterion"), *keys], required=False
        )
        self.order_fields(self.field_order)

    def _criteria(self) -> list[Criterion]:
        """Criteria are those of the batch's rubric; without a batch there is no choice."""
        pk = self.data.get("batch", "")
        batch = self.batches.filter(pk=pk).first() if pk.isdigit() else None
        return list(batch.rubric_version.criteria.all()) if batch else []

    def clean_slice(self) -> str:
        text = self.cleaned_data["slice"]
        if text:
            try:
                parse_slice(text)
            except DomainError as error:
                raise forms.ValidationError(str(error)) from error
        return text

    def narrowed(self) -> ItemFilter:
        """The filter as the query takes it; a verdict alone means the newest selection."""
        asked = self.cleaned_data
        criteria = {criterion.key: criterion for criterion in self.criteria}
        verdict = asked["verdict"]
        newest = self.selections.first() if verdict and not asked["selection"] else None
        return ItemFilter(
            q=asked["q"],
            batch=asked["batch"],
            criterion=criteria.get(asked["criterion"]),
            slice=asked["slice"],
            show=asked["show"],
            run=asked["run"],
            selection=asked["selection"] or newest,
            verdict=verdict,
        )
