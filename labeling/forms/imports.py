"""The upload form: up to five files and a map, each under its own name."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from labeling import strict_json
from labeling.errors import DomainError
from labeling.formats.renaming import Renaming, read_renaming
from labeling.importing import UPLOADED

MAP_BYTES = 1024 * 1024


class ImportForm(forms.Form):
    """At least one file; none over the limit; the map must be readable at once."""

    # Drawn with the page: the same form sent twice is one import.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    rubric = forms.FileField(
        label=_("Rubric"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "JSON, YAML or a format of others, published as it stands; or lines with the "
            "rubrics of single items."
        ),
    )
    items = forms.FileField(
        label=_("Items"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "JSONL: what the model was asked. Also lines of HealthBench, Rubrics as "
            "Rewards or BiGGen."
        ),
    )
    responses = forms.FileField(
        label=_("Responses"),
        required=False,
        allow_empty_file=True,
        help_text=_("JSONL: what was answered, and by whom."),
    )
    ratings = forms.FileField(
        label=_("Ratings"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "CSV or JSONL: what experts said elsewhere. Unknown raters become users who "
            "cannot log in."
        ),
    )
    grades = forms.FileField(
        label=_("Grades"),
        required=False,
        allow_empty_file=True,
        help_text=_("JSONL: what other graders gave."),
    )
    map = forms.FileField(
        required=False,
        label=_("Column map"),
        help_text=_('JSON, if your columns have other names: {"columns": {"theirs": "ours"}}.'),
    )

    def clean_map(self) -> Renaming | None:
        """The map as read, so that a fault in it shows here."""
        upload = self.cleaned_data["map"]
        if upload is None:
            return None
        if upload.size > MAP_BYTES:
            raise forms.ValidationError(_("A map has at most 1 MB."))
        try:
            return read_renaming(strict_json.loads(upload.read(), max_bytes=MAP_BYTES))
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.files_by_kind():
            raise forms.ValidationError(_("Choose at least one file."))
        for kind, upload in self.files_by_kind().items():
            if upload.size is not None and upload.size > settings.IMPORT_MAX_BYTES:
                limit = settings.IMPORT_MAX_BYTES // 1024**2
                self.add_error(
                    kind,
                    _("The file is larger than %(limit)s MB; load it in parts.")
                    % {"limit": f"{limit:,}"},
                )
        return cleaned

    def files_by_kind(self) -> dict[str, UploadedFile]:
        """The uploads in the order in which they are loaded."""
        cleaned = self.cleaned_data
        return {kind: cleaned[kind] for kind in UPLOADED if cleaned.get(kind) is not None}

    @property
    def submission(self) -> UUID:
        return self.cleaned_data["key"]
