"""What the list of items' own rubrics is asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.texts import Line

MOST = 2**62


class OwnRubricsForm(forms.Form):
    """A part of an item's id or of a criterion, and where the stretch begins or ends."""

    q = Line(required=False, label=_("Item or criterion"), max_length=200)
    after = forms.IntegerField(label=_("After"), required=False, min_value=0, max_value=MOST)
    before = forms.IntegerField(label=_("Before"), required=False, min_value=0, max_value=MOST)
