"""A token for a person's own scripts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.texts import Line

LIFETIMES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("a year")),
    ("", _("until revoked")),
]


class TokenForm(forms.Form):
    name = Line(
        label=_("Name"),
        max_length=100,
        help_text=_("What uses it, so that you know which one to revoke."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=LIFETIMES,
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )
