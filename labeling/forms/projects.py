"""What a project says about itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.authoring import slug_from
from labeling.forms.texts import Line, Prose


class ProjectTextForm(forms.Form):
    title = Line(label=_("Title"))
    description = Prose(
        label=_("Description"),
        required=False,
        help_text=_("What is judged here and why; every member reads it."),
    )


class ProjectSettingsForm(ProjectTextForm):
    drafts_in_browser = forms.BooleanField(
        required=False,
        label=_("Keep unsent answers in the expert’s browser"),
        help_text=(
            _(
                "Until the server has them, so that a lost network or an ended session costs "
                "nothing. They belong to one user and go with the log-out. Switched off, "
                "nothing of the answers is written on the expert’s device, and the desk warns "
                "before a page is left unsaved. What authors write in a rubric’s editor is no "
                "answer, and is kept there either way."
            )
        ),
    )


class NewProjectForm(ProjectTextForm):
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=63,
        help_text=_(
            "Letters, digits and hyphens; it stays for good. Left empty, the title gives it."
        ),
    )
    field_order = ["title", "slug", "description"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and cleaned.get("title"):
            cleaned["slug"] = slug_from(cleaned["title"])
        return cleaned
