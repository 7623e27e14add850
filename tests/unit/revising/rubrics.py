"""Criteria as versions have them, changed in one place at a time."""

from dataclasses import replace
from decimal import Decimal

from labeling.spec import CriterionSpec, LevelSpec, RubricSpec, ScaleSpec, ScaleType

BINARY = ScaleSpec(
    ScaleType.BINARY,
    (
        LevelSpec(Decimal(0), "Not met", credit=Decimal(0)),
        LevelSpec(Decimal(1), "Met", credit=Decimal(1)),
    ),
)
TONE = ScaleSpec(
    ScaleType.ORDINAL,
    (
        LevelSpec(Decimal(1), "Curt", "No greeting at all."),
        LevelSpec(Decimal(2), "Kind", "Greets the customer.", "Dear Ms Ito"),
        LevelSpec(Decimal(3), "Warm", "Greets and thanks."),
    ),
)
LENGTH = ScaleSpec(
    ScaleType.INTERVAL,
    (LevelSpec(Decimal(0), "Nothing"),),
    min=Decimal(0),
    max=Decimal(10),
    step=Decimal(1),
)
CITES = CriterionSpec(
    key="cites",
    name="Cites the policy",
    criterion="Names the paragraph of the policy that decides the case.",
    scale=BINARY,
    guidance="Look for a paragraph number.",
    points=Decimal(5),
)
POLITE = CriterionSpec(
    key="polite",
    name="Is polite",
    criterion="Greets the customer and thanks them for writing.",
    scale=TONE,
    points=Decimal(2),
)
SHORT = CriterionSpec(
    key="short",
    name="Is short",
    criterion="Keeps the answer as short as the question allows.",
    scale=LENGTH,
)
ADMITS = CriterionSpec(
    key="admits",
    name="Admits limits",
    criterion="Says plainly what it does not know.",
    scale=BINARY,
    points=Decimal(-3),
)


def rubric(*criteria: CriterionSpec, **fields: str) -> RubricSpec:
    return RubricSpec("Refunds", criteria=criteria, **fields)


def scale_of(scale: ScaleSpec, at: int, **fields: object) -> ScaleSpec:
    """The scale with one level written otherwise."""
    levels = list(scale.levels)
    levels[at] = replace(levels[at], **fields)
    return replace(scale, levels=tuple(levels))
