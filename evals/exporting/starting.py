"""What an export must be before a job is started for it; refusals say what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count, pairwise

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop, ngettext

from evals.exporting import storage
from evals.kept import in_words
from evals.models import Export, Selection
from evals.queries.written import has_written
from evals.rft import demonstrations
from evals.rft.manifest import NOT_MEASURED
from labeling import runs, strict_json
from labeling.errors import DomainError, Problem, Problems
from labeling.models import Batch, RunState, User

TARGETS = {
    "openai": gettext_noop(
        "OpenAI shaped: JSONL rows and a grader.json (reinforcement fine-tuning)"
    ),
    demonstrations.TARGET: gettext_noop(
        "Demonstrations: experts’ own answers that pass, as chat messages (supervised fine-tuning)"
    ),
}
NAME_MAX = 100


def start(
    selection: Selection,
    *,
    name: str = "",
    targets: Sequence[str] = ("openai",),
    judge_model: str = "",
    kind: str = Export.Kind.DRAFT,
    by: User | None = None,
) -> tuple[Export, bool]:
    """The run that writes this dataset; the caller enqueues `tasks.write_export`.

    The same selection, name, targets and judge join the export there is, unless its files are
    gone from the storage.
    """
    name = name.strip() or usual_name(selection)
    judge_model = judge_model.strip() or settings.JUDGE_MODEL
    _refuse_production(kind)
    _refuse_targets(targets)
    _refuse_texts(name, judge_model)
    _refuse_waiting(selection)
    _refuse_empty(selection)
    if demonstrations.TARGET in targets:
        _refuse_undemonstrated(selection)
    work = ["export", settings.VERSION, selection.pk, selection.input_hash, kind, name]
    work += [sorted(set(targets)), judge_model]
    with transaction.atomic():
        return runs.start(
            Export,
            key={"input_hash": _free_hash(work)},
            project=selection.project,
            selection=selection,
            kind=kind,
            name=name,
            targets=sorted(set(targets)),
            judge_model=judge_model,
            total=selection.items.filter(verdict="in").count() * len(set(targets)),
            created_by=by,
        )


def usual_name(selection: Selection) -> str:
    """A name that is the same wherever the same selection is made."""
    return f"{selection.project.slug}-{selection.input_hash[:8]}"


def _free_hash(work: Sequence[object]) -> str:
    """The hash of this work, passing over exports whose files have been lost."""
    for lost in count():
        digest = hashlib.sha256(strict_json.dumps([*work, lost]).encode()).hexdigest()
        done = Export.objects.finished().filter(input_hash=digest).first()
        if done is None or storage.is_there(done):
            return digest
    raise AssertionError("counting never ends")


def _refuse_production(kind: str) -> None:
    if kind == Export.Kind.DRAFT:
        return
    problems = [Problem(what, why) for what, why in NOT_MEASURED]
    raise Problems(
        problems,
        gettext(
            "Only a draft can be written: for production everything listed must be measured first."
        ),
    )


def _refuse_targets(targets: Sequence[str]) -> None:
    known = ", ".join(TARGETS)
    if not targets:
        raise DomainError(
            gettext("Name at least one target; known are %(known)s.") % {"known": known}
        )
    if unknown := [target for target in targets if target not in TARGETS]:
        raise DomainError(
            gettext("There is no target %(unknown)s; known are %(known)s.")
            % {"unknown": ", ".join(unknown), "known": known}
        )


def _refuse_texts(name: str, judge_model: str) -> None:
    words = (
        (name, gettext("The name must be one line of at most %(limit)s characters.")),
        (judge_model, gettext("The judge model must be one line of at most %(limit)s characters.")),
    )
    for text, refusal in words:
        if len(text) > NAME_MAX or not text.isprintable():
            raise DomainError(refusal % {"limit": NAME_MAX})


def _refuse_waiting(selection: Selection) -> None:
    """A dataset by a version of which experts have not answered what the rule needs."""
    waiting = selection.facts.get("not_asked")
    if waiting and selection.state == RunState.FINISHED:
        n = waiting["items"]
        items = ngettext("%(n)s item waits", "%(n)s items wait", n) % {"n": f"{n:,}"}
        raise DomainError(
            gettext(
                "Not everything that this rule needs is asked yet under version %(version)s "
                "of the rubric: %(items)s for answers on %(criteria)s. Measure and select "
                "again once experts have answered, or close the batch to leave these items "
                "out."
            )
            % {"version": waiting["version"], "items": items, "criteria": waiting["criteria"]}
        )


def _refuse_empty(selection: Selection) -> None:
    if selection.state != RunState.FINISHED:
        raise DomainError(
            gettext("Selection %(selection)s is %(state)s.")
            % {"selection": selection.pk, "state": selection.get_state_display().lower()}
        )
    if selection.items.filter(verdict="in").exists():
        return
    items = [step for step in selection.funnel if step["counts"] == "items"]
    lost = [
        gettext("%(n)s lost at “%(step)s”")
        % {"n": before["count"] - after["count"], "step": in_words(after["step"])}
        for before, after in pairwise(items)
        if before["count"] > after["count"]
    ]
    total = items[0]["count"] if items else 0
    raise DomainError(
        gettext("There is nothing to export: 0 of %(total)s items are in; %(lost)s.")
        % {"total": total, "lost": ", ".join(lost) or gettext("none rated")}
    )


def _refuse_undemonstrated(selection: Selection) -> None:
    batch = selection.agreement_run.batch
    if batch.kind == Batch.Kind.IMPORTED:
        raise DomainError(
            gettext(
                "There are no demonstrations in %(name)s: its ratings were given elsewhere, "
                "so nobody knows whether they were blind."
            )
            % {"name": batch.name}
        )
    if not has_written(selection):
        raise DomainError(
            gettext(
                "There are no demonstrations in %(name)s: no expert has written an answer to "
                "an item that is in and had it rated there. Open an answer task, have its "
                "answers rated, and select from that batch."
            )
            % {"name": batch.name}
        )
