"""Selecting: a rule applied to one measuring; a verdict for every item, frozen with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import transaction

from evals.gaps import funnel, sentences
from evals.leases import kept_alive
from evals.models import SelectedItem, Selection
from evals.selecting.chances import Chances, slice_alpha, slice_sentences
from evals.selecting.clearness import clarity_of, continuous
from evals.selecting.pooling import Inputs, inputs_of
from evals.selecting.starting import named_batch, start
from labeling import runs

__all__ = ["Decided", "decide", "named_batch", "rows", "select", "start"]

CHUNK = 2_000


@dataclass(frozen=True)
class Decided:
    """What a selection comes to; computed again from the same facts it is the same."""

    inputs: Inputs
    selected: funnel.Selected
    warnings: list[str]
    facts: dict[str, Any]


def decide(selection: Selection) -> Decided:
    """Apply the rule; reads only, so verifying uses it too."""
    inputs = inputs_of(selection)
    rule, pool = inputs.rule, inputs.pool
    chances = Chances(rule, inputs.units, pool.criterion)
    selected = funnel.select(
        rule,
        pool,
        clarity=clarity_of(rule, inputs.units, pool.criterion),
        chance=chances.for_funnel(),
    )
    considered = [value for key, value in inputs.slice_alpha.items() if rule.considers(key)]
    told = slice_alpha(rule.generator_kinds, considered)
    waiting = _waiting(inputs, selected)
    warnings = [
        *selected.warnings,
        *([_in_words(waiting)] if waiting else []),
        *chances.sentences(),
        *slice_sentences(told),
        *continuous(rule, inputs.units),
    ]
    facts = {"chance": chances.to_json(), "slice": told}
    if waiting:
        facts["not_asked"] = waiting
    return Decided(inputs, selected, warnings, facts)


def _in_words(waiting: Mapping[str, Any]) -> str:
    told = {name: waiting[name] for name in ("version", "criteria")}
    return sentences.ITEMS_WAIT(n=f"{waiting['items']:,}", **told)


def _waiting(inputs: Inputs, selected: funnel.Selected) -> dict[str, Any]:
    """Items held because a newer version asks what is not answered yet; empty when none is."""
    held = [verdict.not_asked for verdict in selected.verdicts if verdict.not_asked]
    if not held:
        return {}
    keys = sorted({key for keys in held for key in keys})
    return {
        "version": inputs.pool.asking.version,
        "items": len(held),
        "criteria": ", ".join(keys),
    }


def select(attempt: runs.Attempt[Selection]) -> None:
    """Decide, write a row for every item of the batch in one transaction, and seal."""
    with kept_alive(attempt):
        decided = decide(attempt.run)
    attempt.progress(0, len(decided.selected.verdicts))
    with transaction.atomic():
        attempt.guard()
        for chunk in batched(rows(attempt.run, decided), CHUNK):
            SelectedItem.objects.bulk_create(chunk)
        attempt.finish(
            done=len(decided.selected.verdicts),
            funnel=[step.to_json() for step in decided.selected.funnel],
            warnings=decided.warnings,
            facts=attempt.run.facts | decided.facts,
        )


def rows(selection: Selection, decided: Decided) -> Iterator[SelectedItem]:
    """A row for every item, not saved yet."""
    never = decided.inputs.not_applicable()
    for verdict in decided.selected.verdicts:
        item, group = decided.inputs.items[verdict.id]
        mean = verdict.mean_reward
        yield SelectedItem(
            selection=selection,
            item_id=item,
            group_key=group,
            verdict=verdict.verdict,
            split=verdict.split,
            released=list(verdict.released),
            not_applicable=sorted(never.get(verdict.id, ())),
            mean_reward=None if mean is None else float(mean),
            reasons=list(verdict.reasons),
        )
