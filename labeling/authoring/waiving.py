"""Findings of the lint beside what authors said about them, and the two things they may say."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.authoring.standing import latest_published
from labeling.errors import Conflict, Problem, Problems
from labeling.lint import Finding, Severity, lint
from labeling.models import Criterion, LintWaiver, Rubric, User
from labeling.spec import RubricSpec
from labeling.spec.fields import text_fault

log = logging.getLogger(__name__)

REASON_LENGTH = 2000
# A waiver keeps so much of the words it is about; its hash is of all of them.
TEXT_LENGTH = 2000


class FindingGone(Conflict):
    """Somebody speaks of a finding that the text, as it stands, does not have."""


class OpenErrors(Problems):
    """A draft is not published with errors that nobody has let stand."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, and the waiver that lets it stand."""

    finding: Finding
    waiver: LintWaiver | None = None

    @property
    def is_open(self) -> bool:
        return self.waiver is None

    @property
    def is_open_error(self) -> bool:
        """Whether it stands against publishing."""
        return self.is_open and self.finding.severity == Severity.ERROR


def judged(rubric: Rubric, spec: RubricSpec) -> list[Judged]:
    """Every finding of the text with its waiver, in one query."""
    said = LintWaiver.objects.filter(rubric=rubric).last_words().select_related("by")
    standing = {(one.rule, one.about): one for one in said if one.act == LintWaiver.Act.WAIVED}
    return [
        Judged(finding, standing.get((finding.rule.value, finding.about))) for finding in lint(spec)
    ]


def expect_no_open_errors(rubric: Rubric, spec: RubricSpec) -> None:
    """Raises OpenErrors naming each error that is neither mended nor let stand."""
    found = [one.finding for one in judged(rubric, spec) if one.is_open_error]
    if found:
        words = _("The lint finds one error that is neither mended nor let stand with a reason.")
        if len(found) > 1:
            words = ngettext(
                "The lint finds %(count)s error that is neither mended nor let stand with a"
                " reason.",
                "The lint finds %(count)s errors that are neither mended nor let stand with a"
                " reason.",
                len(found),
            ) % {"count": len(found)}
        raise OpenErrors(finding_problems(found), words)


def finding_problems(findings: Sequence[Finding]) -> list[Problem]:
    """The findings as faults with their places."""
    return [Problem(one.where, f"{one.rule.heading}. {one.why} {one.mend}") for one in findings]


@transaction.atomic
def waive(rubric: Rubric, spec: RubricSpec, name: str, *, reason: str, by: User) -> LintWaiver:
    """Let the finding of that name in `spec` stand; said again, it is the waiver there is.

    It holds in every version as long as what the finding is about stays the same.
    """
    reason = _expect_reason(reason)
    Rubric.objects.select_for_update().get(pk=rubric.pk)
    one = next((one for one in judged(rubric, spec) if one.finding.name == name), None)
    if one is None:
        raise FindingGone(_("The text has changed since: this finding is no longer there."))
    if one.waiver is not None:
        return one.waiver
    found = one.finding
    waiver = LintWaiver.objects.create(
        project_id=rubric.project_id,
        rubric=rubric,
        act=LintWaiver.Act.WAIVED,
        rule=found.rule.value,
        about=found.about,
        text=found.text[:TEXT_LENGTH],
        key=found.key,
        lineage_id=_lineage(rubric, found.key),
        reason=reason,
        by=by,
    )
    log.info("rubric %s: %s waived by user %s", rubric.pk, found.rule, by.pk)
    return waiver


@transaction.atomic
def unwaive(rubric: Rubric, name: str, *, by: User) -> None:
    """No longer let the finding of that name stand; one that is not waived stays as it is."""
    Rubric.objects.select_for_update().get(pk=rubric.pk)
    words = LintWaiver.objects.filter(rubric=rubric).last_words()
    said = next((one for one in words if one.finding_name == name), None)
    if said is None or said.act == LintWaiver.Act.WITHDRAWN:
        return
    LintWaiver.objects.create(
        project_id=rubric.project_id,
        rubric=rubric,
        act=LintWaiver.Act.WITHDRAWN,
        rule=said.rule,
        about=said.about,
        text=said.text,
        key=said.key,
        lineage_id=said.lineage_id,
        by=by,
    )
    log.info("rubric %s: %s no longer waived, by user %s", rubric.pk, said.rule, by.pk)


def _expect_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Problems([Problem("reason", _("is empty; say in a few words why this may stand"))])
    if fault := text_fault(reason, REASON_LENGTH):
        raise Problems([Problem("reason", fault)])
    return reason


def _lineage(rubric: Rubric, key: str) -> int | None:
    """The chain of the criterion of that key in the version in force."""
    latest = latest_published(rubric)
    rows = Criterion.objects.filter(version=latest, key=key) if latest and key else None
    return rows.values_list("lineage_id", flat=True).first() if rows is not None else None
