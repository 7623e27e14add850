"""The pool of a selection, rebuilt from the facts as they stood when it was started."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from evals.gaps.pool import Asking, Criterion, Item, Pool, Response, Unit
from evals.gaps.rule import Rule, parse_rule
from evals.models import AgreementRun, AgreementSlice, Selection
from evals.queries import selection as queries
from evals.queries.agreement import rows
from evals.queries.unit_counts import SETTLING, CriterionUnits, criterion_units
from evals.queries.value_counts import counts_of, measurement_of
from evals.reliability import summarise
from evals.selecting.graded import grades_of
from labeling.authoring.rows import spec_of


@dataclass(frozen=True)
class Inputs:
    """Everything a selection reads, with the pool its rule is applied to."""

    rule: Rule
    units: Sequence[CriterionUnits]
    responses: Sequence[queries.RatedResponse]
    pool: Pool
    slice_alpha: Mapping[str, float | None]

    @cached_property
    def items(self) -> dict[str, tuple[int, str]]:
        """Key and group of every item, by id."""
        return {each.item: (each.item_pk, each.group) for each in self.responses}

    def not_applicable(self) -> dict[str, set[str]]:
        """Criteria to which raters answered NA on every response of an item."""
        item_of = {each.id: each.item for each in self.responses}
        never: set[tuple[str, str]] = set()
        somewhere: set[tuple[str, str]] = set()
        for unit in self.pool.units:
            place = (item_of[unit.response], unit.criterion)
            (never if unit.na == unit.raters else somewhere).add(place)
        found: dict[str, set[str]] = {}
        for item, key in never - somewhere:
            found.setdefault(item, set()).add(key)
        return found


def inputs_of(selection: Selection) -> Inputs:
    """Read it all, in a number of queries that does not depend on the data."""
    run, rule = selection.agreement_run, parse_rule(selection.rule)
    batch = run.batch
    # The batch may have moved on to a newer version; the run measured this one.
    batch.rubric_version = run.rubric_version
    units = criterion_units(batch, run.watermark or 0, purposes=SETTLING)
    bounds = queries.Bounds(**selection.facts["bounds"])
    responses = queries.batch_responses(batch, bounds)
    alphas = _slice_alphas(run, rule, units)
    specs = spec_of(run.rubric_version).criteria
    measured = {row.criterion.key: row.n_pairable_units > 0 for row in rows(run)}
    pool = Pool(
        criteria=[
            Criterion(spec, measured.get(spec.key, False), alphas.get(spec.key, (None, None))[1])
            for spec in specs
        ],
        items=_items(selection, responses),
        responses=[Response(r.id, r.item, r.generator, r.kind) for r in responses],
        units=list(_units(units, {r.pk: r.id for r in responses}, queries.rulings(batch, bounds))),
        grades=grades_of(selection, rule, specs),
        asking=_asking(selection, {r.pk: r.id for r in responses}),
    )
    return Inputs(rule, units, responses, pool, {key: value for key, (value, _) in alphas.items()})


def _asking(selection: Selection, ids: Mapping[int, str]) -> Asking:
    """What the measured version asks again in the batch, as it stood when this was started."""
    told, run = selection.facts.get("asked_again"), selection.agreement_run
    if told is None:
        return Asking()
    keys = dict(run.rubric_version.criteria.values_list("lineage", "key"))
    places = queries.asked_again(run.batch, run.rubric_version, told["last"])
    return Asking(
        version=run.rubric_version.number,
        open=told["open"],
        places={
            (ids[response], keys[lineage]): count
            for (response, lineage), count in places.items()
            if response in ids
        },
    )


def _items(selection: Selection, responses: Iterable[queries.RatedResponse]) -> list[Item]:
    shown = queries.example_items(selection.facts.get("example_versions", ()))
    groups = {each.item: (each.group, each.item_pk) for each in responses}
    return [Item(item, group, is_example=pk in shown) for item, (group, pk) in groups.items()]


def _units(
    criteria: Iterable[CriterionUnits],
    ids: Mapping[int, str],
    rulings: Mapping[tuple[int, int], Decimal | None],
) -> Iterable[Unit]:
    """Units with few patterns share their counts: a million of them hold some hundred dicts."""
    shared: dict[tuple[tuple[Decimal, int], ...], dict[Decimal, int]] = {}
    for each in criteria:
        for unit in each.units:
            counts = shared.setdefault(unit.values, dict(unit.values))
            key = each.criterion.key
            if unit.response not in ids:
                continue
            place = (unit.response, each.criterion.lineage_id or each.criterion.pk)
            yield Unit(
                *(ids[unit.response], key, counts, unit.n_na, unit.n_cannot_assess),
                ruling=rulings.get(place),
                open_ruling=place in rulings and rulings[place] is None,
            )


def _slice_alphas(
    run: AgreementRun, rule: Rule, units: Sequence[CriterionUnits]
) -> dict[str, tuple[float | None, float | None]]:
    """Alpha and its lower bound on the generator kinds, as the run measured them."""
    there = {unit.generator_kind for each in units for unit in each.units}
    kinds = there & set(rule.generator_kinds)
    if kinds == there:
        return {row.criterion.key: _alpha(row) for row in rows(run)}
    if len(kinds) == 1:
        name = f"generator_kind={next(iter(kinds))}"
        if stored := {row.criterion.key: _alpha(row) for row in rows(run, [name])}:
            return stored
    # Alpha counts the seats of fixed overlap only, unlike the units that the rule is applied to.
    fixed = criterion_units(run.batch, run.watermark or 0)
    return {each.criterion.key: _measured(each, kinds, run) for each in fixed}


def _alpha(row: AgreementSlice) -> tuple[float | None, float | None]:
    alpha = next(each for each in row.statistics.all() if each.statistic == "alpha")
    return alpha.value, alpha.ci_low


def _measured(
    units: CriterionUnits, kinds: set[str], run: AgreementRun
) -> tuple[float | None, float | None]:
    """Alpha on several of the kinds together, which no run measures by itself."""
    chosen = [unit for unit in units.units if unit.generator_kind in kinds]
    alpha = summarise(
        counts_of(units, chosen),
        measurement=measurement_of(units.criterion.scale),
        raters=units.n_raters(lambda kind, name: kind in kinds),
        seed=run.seed,
        resamples=run.resamples,
    ).alpha
    return alpha.value, alpha.ci_low
