"""What the triage of flags is asked: which flags to show, and what to do about one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.texts import Line, Prose
from labeling.models import Flag, FlagState, Rubric, RubricVersion
from labeling.triage import ACTS
from labeling.triage.listing import NONE, Narrowed

ALL = "all"
MANY = {"merge": _("Merge"), "take": _("Take into the draft")}
CHOSEN_AT_ONCE = 100


class FlagFilterForm(forms.Form):
    """Nothing chosen is: what is open."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Every kind")), *Flag.Kind.choices]
    )
    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    version = forms.TypedChoiceField(
        label=_("Version"), required=False, coerce=int, empty_value=None
    )
    state = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(ALL, _("All")), *FlagState.choices],
    )

    def __init__(
        self, data: Any, *, rubric: Rubric, criteria: list[tuple[str, str, int]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        named = [
            (key, _("%(name)s (%(n)s open)") % {"name": name, "n": n} if n else name)
            for key, name, n in criteria
        ]
        field = cast(forms.ChoiceField, self.fields["criterion"])
        field.choices = [("", _("Every criterion")), *named, (NONE, _("None in particular"))]
        seen = rubric.versions.exclude(status=RubricVersion.Status.DRAFT).order_by("-number")
        numbers = seen.values_list("number", flat=True)
        field = cast(forms.ChoiceField, self.fields["version"])
        field.choices = [
            ("", _("Every version")),
            *((one, _("Version %(one)s") % {"one": one}) for one in numbers),
        ]

    def narrowed(self) -> Narrowed:
        """The filter as the listing takes it."""
        said = self.cleaned_data
        state = said["state"] or FlagState.OPEN.value
        return Narrowed(
            "" if state == ALL else state, said["kind"], said["criterion"], said["version"]
        )


class DecisionForm(forms.Form):
    """What to do about one flag; the verb says what is missing."""

    do = forms.ChoiceField(label=_("Do"), choices=list(ACTS.items()))
    text = Prose(required=False, label=_("To the expert"))
    criterion = Line(label=_("Criterion"), required=False, max_length=63)
    name = Line(required=False, label=_("Or by a new criterion of this name"))
    value = Line(required=False, max_length=60, label=_("The known answer is"))


class ManyForm(forms.Form):
    """What to do about several flags at once."""

    do = forms.ChoiceField(label=_("Do"), choices=list(MANY.items()))
    flag = forms.TypedMultipleChoiceField(label=_("Flag"), coerce=int)

    def __init__(self, data: Any, *, rubric: Rubric) -> None:
        super().__init__(data)
        flags = Flag.objects.of_rubric(rubric).order_by("pk").values_list("pk", flat=True)
        sent = [one for one in data.getlist("flag") if one.isascii() and one.isdigit()]
        known = flags.filter(pk__in=[int(one) for one in sent[:CHOSEN_AT_ONCE] if len(one) < 19])
        field = cast(forms.TypedMultipleChoiceField, self.fields["flag"])
        field.choices = [(one, str(one)) for one in known]
        field.error_messages["required"] = _("Choose the flags first.")
