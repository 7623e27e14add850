"""What the page about raters is narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.models import Criterion

HIDDEN = "hidden"


class RaterChoice(forms.Form):
    """One criterion, and whether people are named."""

    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    names = forms.BooleanField(
        label=_("Hide names"), required=False, widget=forms.CheckboxInput(attrs={"value": HIDDEN})
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [one.key for one in criteria]
        field = self.fields["criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.key, one.name) for one in criteria]

    def chosen(self) -> tuple[bool, str | None]:
        """Whether names are hidden, and the criterion: the first where none (of these) is asked."""
        asked = self.data.get("criterion")
        key = asked if asked in self.keys else next(iter(self.keys), None)
        return self.data.get("names") == HIDDEN, key
