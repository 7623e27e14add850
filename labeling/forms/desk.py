"""What the desk sends: a rating, a reason to skip, a flag. The scales are checked by the verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from labeling.forms.texts import Line, Prose
from labeling.models import Flag, RubricVersion
from labeling.rating import OVERALL, SKIP_REASONS, criteria_of

# The choice on an interval scale that says: the number beside it.
NUMBER = "number"


class SubmissionForm(forms.Form):
    """All of a submission but the judgements themselves."""

    submission_id = forms.UUIDField()
    version = forms.ModelChoiceField(RubricVersion.objects.none())
    active_ms = forms.IntegerField(required=False, min_value=0)
    corrects = forms.BooleanField(required=False)

    def __init__(self, data: Mapping[str, Any], *, version: RubricVersion) -> None:
        super().__init__(data)
        # The version the page was made from, when the batch has moved on since.
        versions = RubricVersion.objects.filter(rubric=version.rubric_id).exclude(status="draft")
        self.fields["version"] = forms.ModelChoiceField(versions)


class SkipForm(forms.Form):
    reason = forms.ChoiceField(
        choices=list(SKIP_REASONS.items()), widget=forms.RadioSelect, label=gettext_lazy("Reason")
    )
    text = Line(label=gettext_lazy("In a few words"), max_length=500, required=False)


class FlagForm(forms.Form):
    """A flag, under the wording the page shows; sent again, it is the same flag."""

    prefix = "flag"
    kind = forms.ChoiceField(
        label=gettext_lazy("What is at fault"), choices=Flag.Kind.raised, widget=forms.RadioSelect
    )
    criterion = forms.ChoiceField(
        required=False,
        help_text=gettext_lazy("If it is about one of them."),
        label=gettext_lazy("Criterion"),
    )
    text = Prose(label=gettext_lazy("What is wrong"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        version: RubricVersion,
        seats: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # Never left unread where a page names one: the flag would be about another.
        if len(seats) > 1 or self.add_prefix("seat") in self.data:
            self.fields["seat"] = forms.ChoiceField(
                label=gettext("Which response"), choices=seats, widget=forms.RadioSelect
            )
            self.order_fields(["seat"])
        self.seen = version
        criteria = [(one.id, one.spec.name) for one in criteria_of(version)]
        criterion = cast(forms.ChoiceField, self.fields["criterion"])
        criterion.choices = [("", gettext("None in particular")), *criteria]
        # One key opens it, and what follows are words.
        self.fields["text"].widget.attrs["autofocus"] = True

    @classmethod
    def fresh(cls, version: RubricVersion, seats: Sequence[tuple[str, str]] = ()) -> FlagForm:
        """The form as the page begins with it; side by side it asks which response is meant."""
        initial = {"version": version.pk, "submission_id": uuid4()}
        return cls(initial=initial, version=version, seats=seats)


def answers_in(
    data: QueryDict | dict[str, str], version: RubricVersion
) -> dict[str, dict[str, str]]:
    """The judgements of a plain form post, as the verb reads them."""
    answers = {}
    if overall := data.get(f"value:{OVERALL}", ""):
        answers[OVERALL] = {"value": overall}
    for criterion in criteria_of(version):
        key = criterion.spec.key
        value, number = data.get(f"value:{key}", ""), data.get(f"number:{key}", "").strip()
        if value == NUMBER or (not value and number):
            value = number
        texts = {"rationale": data.get(f"why:{key}", "")}
        if evidence := data.get(f"evidence:{key}", ""):
            texts["evidence"] = evidence.replace("\r\n", "\n")
        if sure := data.get(f"confidence:{key}", ""):
            texts["confidence"] = sure
        if value or any(texts.values()):
            answers[key] = {"value": value, **texts}
    return answers
