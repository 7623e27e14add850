"""A rubric as an uploaded file, in any format: known by its shape, or chosen where that fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.errors import DomainError, Problems
from labeling.forms.texts import Line
from labeling.rubric_formats import (
    FORMATS,
    Format,
    UnknownFormat,
    detect,
    format_of,
    parse,
    read,
)
from labeling.spec import RubricSpec

FILE_BYTES = 20 * 1024 * 1024
PROBLEMS_SHOWN = 50
# What a person chooses from: one of the two syntaxes of our own is enough.
CHOICES = [(form.slug, _(form.title)) for form in FORMATS if form.slug != "rubricstudio-yaml"]
OUR_OWN = FORMATS[0].slug


class RubricUploadForm(forms.Form):
    """The file and its format. Cleaned, `file` is the rubric and `read_as` the format it was of."""

    file = forms.FileField(label=_("Rubric file"), allow_empty_file=True)
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[("", _("Find out from the file")), *CHOICES],
        help_text=_("Choose one only if the file could be of several."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload: UploadedFile | None = cleaned.get("file")
        if upload is not None and not self.errors:
            cleaned["file"] = self._read(upload, cleaned)
        return cleaned

    def __init__(self, *args: Any, default_title: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"formats": ", ".join(str(title) for slug, title in CHOICES[1:])}
        self.fields["file"].help_text = _("RubricStudio JSON or YAML, %(formats)s.") % names
        # For formats that have none of their own.
        self.default_title = default_title

    def beside(self, standing: RubricSpec) -> RubricSpec:
        """The rubric read, with the texts that stand where its format has no word for them."""
        spec: RubricSpec = self.cleaned_data["file"]
        if self.cleaned_data["read_as"].slug == OUR_OWN:
            return spec
        return replace(
            spec,
            description=spec.description or standing.description,
            guidelines=spec.guidelines or standing.guidelines,
        )

    def message(self) -> str:
        """What was read, in words."""
        spec, form = self.cleaned_data["file"], self.cleaned_data["read_as"]
        count = len(spec.criteria)
        return ngettext(
            "Read as %(format)s: %(count)s criterion.",
            "Read as %(format)s: %(count)s criteria.",
            count,
        ) % {"format": _(form.title), "count": f"{count:,}"}

    def _read(self, upload: UploadedFile, cleaned: dict[str, Any]) -> RubricSpec | None:
        if (upload.size or 0) > FILE_BYTES:
            self.add_error(
                "file",
                _("The file is larger than %(limit)s MB.") % {"limit": FILE_BYTES // 1024**2},
            )
            return None
        stem = Path(upload.name or "").stem.replace("_", " ")
        title = cleaned.get("title") or self.default_title or stem
        try:
            data = parse(upload.read(), max_bytes=FILE_BYTES)
            form = _form(cleaned.get("format"), data)
            found = read(data, form, title=title or form.title)
        except UnknownFormat as error:
            self.add_error("format" if error.candidates else "file", str(error))
        except Problems as error:
            self.add_error("file", [str(one) for one in error.problems[:PROBLEMS_SHOWN]])
        except DomainError as error:
            self.add_error("file", _("This is not a rubric file: %(error)s") % {"error": error})
        else:
            cleaned["read_as"] = form
            return self._only(found)
        return None

    def _only(self, found: RubricSpec | list[Any]) -> RubricSpec | None:
        if isinstance(found, RubricSpec):
            return found
        if len(found) == 1:
            return found[0].spec
        message = _(
            "This file holds the rubrics of %(count)s items, not one rubric. Load it on "
            "the project's import page, as rubrics of items or as items."
        ) % {"count": f"{len(found):,}"}
        self.add_error("file", message)
        return None


class NewRubricForm(RubricUploadForm):
    title = Line(
        label=_("Title"), required=False, help_text=_("Left empty, the file's own title is taken.")
    )
    field_order = ("title", "file", "format")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("title") and not cleaned.get("file"):
            self.add_error("title", _("Write a title, or choose a file that has one."))
        return cleaned


class RubricFileForm(RubricUploadForm):
    """A file that replaces the draft, and which save of the draft the author has seen."""

    number = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
    edit = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """Which version, in which format; the newest and our own where nothing is said."""

    def __init__(self, data: Any, *, versions: list[Any]) -> None:
        self.versions = {str(one.number): one for one in versions}
        super().__init__(data)
        numbers = [(number, _version(one)) for number, one in self.versions.items()]
        self.fields["version"] = forms.ChoiceField(
            label=_("Version"), choices=numbers, required=False
        )
        self.fields["format"] = forms.ChoiceField(
            label=_("Format"),
            choices=[(form.slug, _(form.title)) for form in FORMATS],
            required=False,
        )

    def chosen(self) -> tuple[Any, Format]:
        """The version and the format."""
        said = self.cleaned_data if self.is_bound else {}
        newest = next(iter(self.versions.values()))
        return self.versions.get(said.get("version", ""), newest), format_of(
            said.get("format") or FORMATS[0].slug
        )


class ItemsExportForm(forms.Form):
    """In which format the rubrics of single items are written."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[(form.slug, _(form.title)) for form in FORMATS if form.lines],
        required=False,
    )


def _version(one: Any) -> str:
    words = _("Version %(number)s (draft)") if one.status == "draft" else _("Version %(number)s")
    return words % {"number": one.number}


def _form(chosen: str | None, data: object) -> Format:
    return format_of(chosen) if chosen else detect(data)
