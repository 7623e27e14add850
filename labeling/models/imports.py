"""Imports made in the browser or over the API: uploaded, checked, confirmed, then carried out."""

from __future__ import annotations

from django.db import models

from labeling.models.runs import Run


class Import(Run):
    """One upload. `preview` says what would happen; nothing is written before `confirmed`.

    Faults and notes are kept in the words of whoever loaded, for machines and for readers of that
    language; what `said` holds beside them is said in any other (`labeling/language.py`).
    """

    files = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    preview = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    confirmed = models.BooleanField(default=False)
    result = models.JSONField(null=True)

    class Meta(Run.Meta):
        abstract = False
