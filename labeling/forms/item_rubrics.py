"""What the list of items' own rubrics is asked."""

from __future__ import annotations

from django import forms

from labeling.forms.texts import Line

MOST = 2**62


class OwnRubricsForm(forms.Form):
    """A part of an item's id or of a criterion, and where the stretch begins or ends."""

    q = Line(required=False, label="Item or criterion", max_length=200)
    after = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    before = forms.IntegerField(required=False, min_value=0, max_value=MOST)
