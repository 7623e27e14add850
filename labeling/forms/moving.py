"""Which newer version a batch moves to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext

from labeling.models import RubricVersion


class _Versions(forms.ModelChoiceField):
    """Versions by their numbers; the rubric is the batch's."""

    def label_from_instance(self, obj: Any) -> str:
        return gettext("Version %(number)s") % {"number": obj.number}


class MoveForm(forms.Form):
    """`versions` are those the batch can move to, the newest first; None when it cannot."""

    def __init__(self, data: Any, *, versions: QuerySet[RubricVersion] | None) -> None:
        self.versions = versions if versions is not None else RubricVersion.objects.none()
        super().__init__(data)
        self.fields["version"] = _Versions(
            self.versions,
            to_field_name="number",
            label=gettext("Version"),
            required=False,
            empty_label=None,
        )

    def chosen(self) -> RubricVersion | None:
        """The version asked for, else the newest; None when it is none of these."""
        if not self.is_bound:
            return self.versions.first()
        return (self.cleaned_data["version"] or self.versions.first()) if self.is_valid() else None
