"""What one's own history is asked: which batch, what became of it, and which stretch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from labeling.models import Batch, User
from labeling.own_ratings import Fate, batches_of

MOST = 2**62
FATES = {
    Fate.SUBMITTED: gettext_lazy("Submitted"),
    Fate.LATE: gettext_lazy("Late"),
    Fate.SKIPPED: gettext_lazy("Skipped"),
    Fate.WITHDRAWN: gettext_lazy("Taken back"),
    Fate.UNSENT: gettext_lazy("Not submitted"),
}


class OwnRatingsForm(forms.Form):
    batch = forms.ModelChoiceField(
        Batch.objects.none(),
        required=False,
        empty_label=gettext_lazy("Every batch"),
        label=gettext_lazy("Batch"),
    )
    fate = forms.TypedChoiceField(
        required=False,
        label=gettext_lazy("What became of it"),
        choices=[("", gettext_lazy("Everything")), *FATES.items()],
        coerce=Fate,
        empty_value=None,
    )
    before = forms.IntegerField(
        label=gettext_lazy("Before"), required=False, min_value=0, max_value=MOST
    )
    after = forms.IntegerField(
        label=gettext_lazy("After"), required=False, min_value=0, max_value=MOST
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.fields["batch"] = forms.ModelChoiceField(
            batches_of(user),
            required=False,
            label=gettext("Batch"),
            empty_label=gettext("Every batch"),
        )
        self.order_fields(["batch", "fate", "before", "after"])
