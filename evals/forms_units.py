"""What the units of a measured batch are narrowed to."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evals.models import AgreementRun
from evals.queries.unit_filter import UnitFilter
from evals.slices import parse_slice
from labeling.errors import DomainError
from labeling.models import Assignment, Criterion, Generator, User

GENERATORS = 100
SHOWN = [
    ("disagreement", _("Experts disagree")),
    ("unanimous", _("Experts agree")),
    ("shared", _("Two experts or more")),
    ("applies", _("Some say it does not apply")),
    ("all", _("Every unit")),
]
NO_PAIR = _("A pair is two values of the scale, as 0,1.")


class UnitFilterForm(forms.Form):
    """Every part is optional; doors behind numbers fill the hidden ones."""

    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOWN)
    generator = forms.ChoiceField(label=_("Generator"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=200, strip=True)
    majority = forms.BooleanField(label=_("Differs from a majority"), required=False)
    reasons = forms.BooleanField(label=_("With reasons"), required=False)
    slice = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    pair = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    raters = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, run: AgreementRun, criteria: list[Criterion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.criteria = run, {one.key: one for one in criteria}
        self.people: list[User] = []
        _choices(
            self, "criterion", str(_("Any criterion")), [(one.key, one.name) for one in criteria]
        )
        names = Generator.objects.filter(project=run.project_id).order_by("name")
        named = [(name, name) for name in names.values_list("name", flat=True).distinct()]
        _choices(self, "generator", str(_("Any generator")), named[:GENERATORS])

    def clean_show(self) -> str:
        return self.cleaned_data["show"] or SHOWN[0][0]

    def clean_slice(self) -> str:
        text = self.cleaned_data["slice"]
        if text:
            try:
                parse_slice(text)
            except DomainError as error:
                raise forms.ValidationError(str(error)) from error
        return text

    def clean_pair(self) -> tuple[Decimal, Decimal] | None:
        text = self.cleaned_data["pair"]
        if not text:
            return None
        try:
            low, high = (Decimal(part) for part in text.split(","))
        except (InvalidOperation, ValueError) as error:
            raise forms.ValidationError(NO_PAIR) from error
        if not (low.is_finite() and high.is_finite()):
            raise forms.ValidationError(NO_PAIR)
        return low, high

    def clean_raters(self) -> tuple[int, ...]:
        """One or two people who rated in the batch."""
        text = self.cleaned_data["raters"]
        if not text:
            return ()
        parts = [one for one in text.split(",") if one.isascii() and one.isdigit()]
        ids = [int(one) for one in parts if len(one) < 12]
        seats = Assignment.objects.filter(batch=self.run.batch_id, rater__in=ids)
        self.people = list(User.objects.filter(pk__in=seats.values("rater")).order_by("username"))
        if len(ids) not in (1, 2) or len(self.people) != len(ids):
            raise forms.ValidationError(
                _("These are not one or two people who rated in the batch.")
            )
        return tuple(ids)

    def narrowed(self) -> UnitFilter:
        """The filter as the query takes it."""
        asked = self.cleaned_data
        return UnitFilter(
            criterion=self.criteria.get(asked["criterion"]),
            slice=asked["slice"],
            generator=asked["generator"],
            tag=asked["tag"],
            show=asked["show"],
            pair=asked["pair"],
            raters=asked["raters"],
            against_majority=asked["majority"],
            with_reasons=asked["reasons"],
        )


def _choices(form: forms.Form, name: str, anything: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", anything), *choices]
