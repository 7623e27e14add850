"""Text fields that say so when a character arrived broken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

BROKEN = "\ufffd"


def readable(text: str) -> None:
    """Bytes that are no character arrive as U+FFFD; kept, they would be lost for good."""
    if BROKEN in text:
        raise ValidationError(
            gettext("This text holds � where a character arrived broken; please type it again.")
        )


class Line(forms.CharField):
    """A short text."""

    default_validators = [readable]

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class Prose(forms.CharField):
    """A long text."""

    default_validators = [readable]
    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, max_length: int = 20_000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
