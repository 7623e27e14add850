"""What pages ask of derived rows: which batch, which items."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from evals.models import AgreementRun, Selection
from evals.queries.items import ItemFilter, batches_for, readable_runs, readable_selections
from evals.slices import parse_slice
from labeling.errors import DomainError
from labeling.models import Criterion, Project, User

NO_BATCH = _(
    "There is no such batch here, or you are rating in it: then it opens to you when it is closed."
)
MAX_PK = 2**63 - 1
SHOWN = [
    ("", _("All")),
    ("disagreement", _("Experts disagree")),
    ("unanimous", _("Experts agree")),
]
VERDICTS = [("", _("Any verdict")), ("in", _("In")), ("held", _("Held")), ("out", _("Out"))]


class BatchChoice(forms.Form):
    """One batch of the project whose judgements the person may see."""

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.user = project, user
        # One query for the choices, the chosen one and whatever else depends on them.
        readable, self.blind = batches_for(project, user)
        self.batches = {one.pk: one for one in readable}
        for one in self.batches.values():
            one.project = project
        self.fields["batch"] = forms.TypedChoiceField(
            label=_("Batch"),
            choices=[("", _("Any batch")), *((pk, str(one)) for pk, one in self.batches.items())],
            coerce=lambda pk: self.batches[int(pk)],
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": NO_BATCH},
        )


class ItemFilterForm(BatchChoice):
    """What the list of items is narrowed to."""

    q = forms.CharField(label=_("Id contains"), required=False, max_length=500, strip=True)
    show = forms.ChoiceField(label=_("Experts"), required=False, choices=SHOWN)
    verdict = forms.ChoiceField(label=_("Selection"), required=False, choices=VERDICTS)
    slice = forms.CharField(required=False, widget=forms.HiddenInput)
    selection = forms.IntegerField(required=False, max_value=MAX_PK, widget=forms.HiddenInput)
    run = forms.IntegerField(required=False, max_value=MAX_PK, widget=forms.HiddenInput)

    field_order = ("q", "batch", "criterion", "show", "verdict", "slice", "selection", "run")

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, project=project, user=user, **kwargs)
        self.criteria = self._criteria()
        keys = [(criterion.key, criterion.name) for criterion in self.criteria]
        self.fields["criterion"] = forms.ChoiceField(
            label=_("Criterion"), choices=[("", _("Any criterion")), *keys], required=False
        )
        self.order_fields(self.field_order)

    def _criteria(self) -> list[Criterion]:
        """Criteria are those of the batch's rubric; without a batch there is no choice."""
        asked = self.data.get("batch", "")
        batch = next((one for pk, one in self.batches.items() if str(pk) == asked), None)
        return list(Criterion.objects.filter(version=batch.rubric_version_id)) if batch else []

    def clean_selection(self) -> Selection | None:
        pk = self.cleaned_data["selection"]
        return None if pk is None else _existing(readable_selections(self.project, self.user), pk)

    def clean_run(self) -> AgreementRun | None:
        pk = self.cleaned_data["run"]
        return None if pk is None else _existing(readable_runs(self.project, self.user), pk)

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
        newest = None
        if verdict and not asked["selection"]:
            newest = readable_selections(self.project, self.user).order_by("-pk").first()
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


def _existing[Row: Model](rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise forms.ValidationError(_("There is no such thing here, or it is not open to you."))
    return found
