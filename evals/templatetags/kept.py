"""Kept sentences in templates, in the reader's language."""

from __future__ import annotations

from django import template

from evals.kept import in_words

register = template.Library()
register.filter("in_words", in_words)
