"""What a run measures: which criteria, packed how, and on which slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evals.models import AgreementRun, Selection
from evals.queries.layout import BITS_MAX, Layout, layout_of
from evals.queries.slice_bits import MASK_BITS
from evals.queries.tallies import generators_of, slices_of_items
from evals.slices import TRAINING, VALUES_MAX, WHOLE, Slice, slice_named
from labeling.models import Batch, Item

# A project with more generators is measured by kind only; those of the batch may still be few.
GENERATORS_MAX = 64


@dataclass(frozen=True)
class Plan:
    """The slices, the whole batch first.

    `asked` were named by somebody; `usual` are those measured without being asked for, chosen when
    the project's newest item was `last_item`. `project` and `rubric` are ids.
    """

    project: int
    rubric: int
    layout: Layout
    slices: tuple[Slice, ...]
    asked: tuple[Slice, ...] = ()
    usual: frozenset[Slice] = frozenset()
    generators: dict[int, tuple[str, str]] = field(default_factory=dict)
    last_item: int = 0
    training: Slice = TRAINING

    @property
    def on_items(self) -> tuple[Slice, ...]:
        """Slices of items in the order of their bits."""
        return tuple(part for part in self.slices if part.of_items)

    @property
    def by_generator(self) -> bool:
        return any(part.field.startswith("generator") for part in self.slices)

    def written_by(self, part: Slice) -> list[int]:
        """Generators whose responses belong to a slice by generator."""
        at = 0 if part.field == "generator_kind" else 1
        return [pk for pk, told in self.generators.items() if told[at] == part.value]

    def to_json(self) -> dict[str, Any]:
        """What other workers need to measure the same."""
        return {
            "slices": [part.name for part in self.slices],
            "usual": sorted(part.name or "" for part in self.usual),
            "last_item": self.last_item,
            "bits": self.layout.bits,
            "training": self.training.name,
        }

    def wider(self, batch: Batch, version: int, watermark: int) -> Plan:
        """The same with places that hold any number of ratings."""
        return replace(self, layout=layout_of(batch, version, watermark, bits=BITS_MAX))


def plan_of(run: AgreementRun, *, items: Sequence[Slice] | None = None) -> Plan:
    """What this run measures; slices of items are chosen anew unless they are given."""
    layout = layout_of(run.batch, run.rubric_version_id, run.watermark or 0)
    generators = generators_of(run.project_id)
    newest = last_item(run.project_id)
    if items is None:
        items = slices_of_items(run.project_id)
    asked = [slice_named(name) for name in run.slices]
    training = training_slice(run.project_id)
    usual = [WHOLE, *_of_generators(generators, training), *items, *_of_versions(layout)]
    slices = _within_mask(dict.fromkeys([WHOLE, *asked, *usual]))
    chosen = frozenset(part for part in usual if part in slices)
    of = _of(run)
    return Plan(*of, layout, tuple(slices), tuple(asked), chosen, generators, newest, training)


def plan_from_json(run: AgreementRun) -> Plan:
    """The plan that was stored with a run."""
    told = run.plan
    return Plan(
        *_of(run),
        layout_of(run.batch, run.rubric_version_id, run.watermark or 0, bits=told["bits"]),
        tuple(slice_named(name) for name in told["slices"]),
        tuple(slice_named(name) for name in run.slices),
        frozenset(slice_named(name) for name in told["usual"]),
        generators_of(run.project_id),
        told["last_item"],
        slice_named(told["training"]),
    )


def plan_for(run: AgreementRun, slices: Sequence[Slice]) -> Plan:
    """A plan of exactly these slices of a run that is done."""
    return Plan(
        *_of(run),
        layout_of(run.batch, run.rubric_version_id, run.watermark or 0),
        tuple(dict.fromkeys([WHOLE, *slices])),
        generators=generators_of(run.project_id),
        training=slice_named(run.plan.get("training")) if run.plan else TRAINING,
    )


def _of(run: AgreementRun) -> tuple[int, int]:
    return run.project_id, run.rubric_version.rubric_id


def training_slice(project: int) -> Slice:
    """The responses of models, or of the generator that the project's last rule names."""
    rules = Selection.objects.filter(project=project).order_by("-pk").values_list("rule", flat=True)
    target = (rules.first() or {}).get("target_generator")
    return Slice("generator", target) if target else TRAINING


def last_item(project: int) -> int:
    """The newest item: while it stays, so do the slices of items."""
    # By project and id: of one project only, the planner may walk back over all newer items.
    here = Item.objects.filter(project__gte=project, project__lte=project)
    return here.order_by("-project_id", "-pk").values_list("pk", flat=True).first() or 0


def _of_generators(generators: dict[int, tuple[str, str]], training: Slice) -> list[Slice]:
    """Of many generators only the one that will train has a slice of its own."""
    kinds = sorted({kind for kind, _ in generators.values()})
    names = sorted({name for _, name in generators.values()})
    found = [Slice("generator_kind", kind) for kind in kinds] if len(kinds) > 1 else []
    if 1 < len(names) <= GENERATORS_MAX:
        found += [Slice("generator", name) for name in names]
    if training.field == "generator" and training.value in names and training not in found:
        found.append(training)
    return found


def _of_versions(layout: Layout) -> list[Slice]:
    if len(layout.versions) < 2:
        return []
    return [Slice("rubric_version", str(number)) for number in layout.versions]


def _within_mask(slices: Sequence[Slice] | dict[Slice, None]) -> list[Slice]:
    """At most so many slices of items as there are bits for them; those asked for come first."""
    of_items = [part for part in slices if part.of_items]
    dropped = set(of_items[MASK_BITS:])
    return [part for part in slices if part not in dropped]


def worth_showing(plan: Plan, answers: dict[Slice, list[int]]) -> list[Slice]:
    """The slices that get rows, given how many answers each criterion has there.

    What was asked for always does. A usual slice does when it holds some of the batch but not all
    of it, and generators do when they are few enough to compare.
    """
    whole = answers[WHOLE]
    some = [
        part
        for part in plan.slices
        if part not in plan.asked and part.field and any(answers[part]) and answers[part] != whole
    ]
    generators = [part for part in some if part.field == "generator"]
    if len(generators) > VALUES_MAX:
        some = [part for part in some if part.field != "generator"]
    chosen = {WHOLE, *plan.asked, *some}
    if any(answers.get(plan.training, ())) and answers[plan.training] != whole:
        chosen.add(plan.training)
    return [part for part in plan.slices if part in chosen]
