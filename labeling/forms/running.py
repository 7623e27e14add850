"""Forms of a batch that runs: one's own time, mails about it, and who is reminded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from labeling.active_time import MAX_NOTE
from labeling.forms.texts import Line
from labeling.models import User

MAX_IDLE_DAYS = 365


class TimeForm(forms.Form):
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to add"),
        min_value=-1440,
        max_value=1440,
        help_text=gettext_lazy("A minus takes them off."),
    )
    note = Line(
        label=gettext_lazy("Why"),
        max_length=MAX_NOTE,
        help_text=gettext_lazy("Who runs the batch can read it."),
    )


class MailsForm(forms.Form):
    """One's own address, and whether mails may come."""

    email = forms.EmailField(label=gettext_lazy("Mail address"), required=False, max_length=254)
    takes_reminders = forms.BooleanField(
        label=gettext_lazy("Remind me when responses wait for me"),
        required=False,
        help_text=gettext_lazy("At most one mail a day about each batch."),
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> MailsForm:
        """The form with what holds for the person now."""
        initial = {"email": user.email, "takes_reminders": user.takes_reminders}
        return cls(data, initial=initial)


class RemindingForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("Remind by itself after days without work"),
        required=False,
        min_value=1,
        max_value=MAX_IDLE_DAYS,
        help_text=gettext_lazy("Empty: the batch sends no mails by itself."),
    )
