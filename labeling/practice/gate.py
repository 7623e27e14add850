"""Work that asks for a passed practice batch first."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from labeling.errors import Conflict
from labeling.models import Assignment, Batch, PracticePass, User
from labeling.practice.results import Result, results, settle


class PracticeNeeded(Conflict):
    """The batch hands out nothing to this expert yet; `practice` is how they stand."""

    def __init__(self, practice: Sequence[Result]) -> None:
        self.practice = list(practice)
        open_ = [one.batch.name for one in practice if _can_go_on(one)]
        then = (
            gettext("Take “%(name)s” first.") % {"name": open_[0]}
            if open_
            else gettext("Ask whoever runs the project for one.")
        )
        super().__init__(
            gettext("This batch is for experts who have passed a practice batch. %(then)s")
            % {"then": then}
        )


def expect_passed(batch: Batch, rater: User) -> None:
    """Raises PracticeNeeded where the batch asks for a pass that the expert does not have.

    A pass that nobody has looked at yet is put on record: the database asks for it too.
    """
    if _may_rate(batch, rater):
        return
    found = [settle(one, rater) for one in practice_batches(batch.rubric_version.rubric_id)]
    if not any(one.passed for one in found):
        raise PracticeNeeded(found)


def practice_for(batch: Batch, rater: User) -> list[Result] | None:
    """How the expert stands in each practice batch of the rubric; None when nothing is in the way.

    Any of them counts, and whoever has begun to rate in the batch goes on.
    """
    if _may_rate(batch, rater):
        return None
    batches = practice_batches(batch.rubric_version.rubric_id)
    found = [results(one, [rater])[0] for one in batches]
    return None if any(one.passed for one in found) else found


def _may_rate(batch: Batch, rater: User) -> bool:
    if not batch.requires_practice:
        return True
    passes = PracticePass.objects.filter(rater=rater)
    passed = passes.filter(batch__rubric_version__rubric=batch.rubric_version.rubric_id)
    begun = Assignment.objects.handed_out().filter(batch=batch, rater=rater)
    return passed.exists() or begun.exists()


def practice_batches(rubric: int) -> list[Batch]:
    """Practice batches of a rubric, the newest first."""
    rows = Batch.objects.filter(rubric_version__rubric=rubric, kind=Batch.Kind.PRACTICE)
    return list(rows.select_related("project", "rubric_version__rubric").order_by("-pk"))


def _can_go_on(one: Result) -> bool:
    return one.batch.state == Batch.State.OPEN and not one.finished
