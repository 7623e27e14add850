"""A token for a person's own scripts."""

from __future__ import annotations

from django import forms

from labeling.forms.texts import Line

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until revoked")]


class TokenForm(forms.Form):
    name = Line(max_length=100, help_text="What uses it, so that you know which one to revoke.")
    days = forms.TypedChoiceField(
        label="Valid for",
        choices=LIFETIMES,
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )
