"""What authors send about known answers: one of a unit, or a file of many."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from labeling.errors import Problem, Problems
from labeling.formats.known import EXPLANATION_LENGTH
from labeling.formats.known import KEYS as FIELDS
from labeling.formats.rows import Row, UnreadableHeader, csv_rows, is_csv, json_rows
from labeling.forms.texts import Line, Prose
from labeling.models import GoldAnswer
from labeling.practice import Told
from labeling.practice.files import AT_ONCE_MAX
from labeling.rating import JudgedCriterion
from labeling.spec import ScaleType
from labeling.strict_json import number_text

FILE_BYTES = 20 * 1024 * 1024
LINE_BYTES = 200_000
NEEDED = FIELDS[:3]


class KnownForm(forms.Form):
    """The known answer of one criterion, as its author sets it; `seen` is what they read."""

    value = Line(label=gettext_lazy("Known answer"), max_length=60)
    explanation = Prose(
        label=gettext_lazy("Why"),
        max_length=EXPLANATION_LENGTH,
        help_text=gettext_lazy("Read by experts after they have answered."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        criterion: JudgedCriterion,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"known-{criterion.id}", initial=initial)
        scale = criterion.spec.scale
        if scale.type != ScaleType.INTERVAL:
            levels = [(number_text(one.value), one.label) for one in scale.levels]
            self.fields["value"] = forms.ChoiceField(
                label=gettext("Known answer"), choices=[("", gettext("Choose")), *levels]
            )
        else:
            low, high = map(number_text, scale.bounds)
            self.fields["value"].help_text = gettext("A number from %(low)s to %(high)s.") % {
                "low": low,
                "high": high,
            }

    @classmethod
    def of(cls, criterion: JudgedCriterion, now: GoldAnswer | None) -> KnownForm:
        """The form with what stands now."""
        initial: dict[str, Any] = {"seen": now.revision if now else 0}
        if now and now.value is not None:
            initial |= {"value": number_text(now.value), "explanation": now.explanation}
        return cls(initial=initial, criterion=criterion)


class WithdrawForm(forms.Form):
    """Why nothing is known any more; `seen` is the answer they read."""

    why = Prose(
        label=gettext_lazy("Why it is not known any more"), widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)

    @classmethod
    def of(cls, now: GoldAnswer | None) -> WithdrawForm:
        """The form beside what stands now."""
        return cls(initial={"seen": now.revision if now else None})


class AppealForm(forms.Form):
    """Why an expert holds that a known answer is wrong."""

    criterion = Line(max_length=63, widget=forms.HiddenInput)
    text = Prose(label=gettext_lazy("Why the known answer is wrong"), max_length=EXPLANATION_LENGTH)


class KnownFileForm(forms.Form):
    """A JSONL or CSV file of known answers. Cleaned, `file` holds its lines as they were read."""

    file = forms.FileField(
        label=gettext_lazy("File of known answers"),
        help_text=gettext_lazy(
            "JSONL or CSV with response_id, criterion (its key), value and explanation."
        ),
    )

    def clean_file(self) -> list[Told]:
        upload = cast(UploadedFile, self.cleaned_data["file"])
        if (upload.size or 0) > FILE_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(value)s MB.") % {"value": FILE_BYTES // 1024**2}
            )
        try:
            return told_in(cast(BinaryIO, upload.file))
        except Problems as error:
            raise forms.ValidationError([str(one) for one in error.problems[:50]]) from None


def told_in(stream: BinaryIO) -> list[Told]:
    """The lines of a file of known answers. Raises Problems with every line that is none."""
    problems: list[Problem] = []
    told: list[Told] = []
    try:
        for row in _rows(stream):
            faults = row.problems or _faults(row)
            problems += [Problem(_where(row, fault.where), fault.message) for fault in faults]
            told.append(_told(row))
            if len(told) > AT_ONCE_MAX:
                raise Problems(
                    [
                        Problem(
                            "",
                            gettext("holds more than %(at_once_max)s lines")
                            % {"at_once_max": f"{AT_ONCE_MAX:,}"},
                        )
                    ]
                )
    except UnreadableHeader as error:
        raise Problems(error.problems) from None
    if not told:
        problems.append(Problem("", gettext("the file is empty; known answers were expected")))
    if problems:
        raise Problems(problems)
    return told


def _rows(stream: BinaryIO) -> Any:
    if is_csv(stream):
        return csv_rows(stream, {}, FIELDS, max_line_bytes=LINE_BYTES)
    return json_rows(stream, max_line_bytes=LINE_BYTES)


def _faults(row: Row) -> list[Problem]:
    unknown = [
        Problem(str(key)[:60], gettext("is not known here"))
        for key in row.data
        if key not in FIELDS
    ]
    missing = [
        Problem(key, gettext("is missing")) for key in NEEDED if row.data.get(key) in (None, "")
    ]
    texts = [key for key in ("response_id", "criterion", "explanation") if key in row.data]
    wrong = [
        Problem(key, gettext("must be a text"))
        for key in texts
        if not isinstance(row.data[key], str)
    ]
    return [*unknown, *missing, *wrong]


def _where(row: Row, field: str) -> str:
    return (
        gettext("line %(line)s, %(field)s") % {"line": row.line, "field": field}
        if field
        else gettext("line %(line)s") % {"line": row.line}
    )


def _told(row: Row) -> Told:
    data = row.data
    return Told(
        where=gettext("line %(line)s") % {"line": row.line},
        response=str(data.get("response_id", "")),
        criterion=str(data.get("criterion", "")),
        value=data.get("value"),
        explanation=str(data.get("explanation", "")),
    )
