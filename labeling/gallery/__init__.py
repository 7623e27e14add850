"""Starting templates for rubrics: written by us, picked whole or criterion by criterion.

Each is a TOML file beside this module: a title, what it is about, when it fits, and criteria as a
rubric file has them. They are binary where one look decides and anchored scales where degrees
matter, each with an observable and an anchor for every level.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from labeling.spec import CriterionSpec, parse_criteria

FOLDER = Path(__file__).parent / "templates"
# The order of the gallery: the outcome first, the words last.
SLUGS = (
    "functional-success",
    "factual-accuracy",
    "policy-compliance",
    "tool-use",
    "extraction",
    "tone",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A set of criteria that go together."""

    slug: str
    title: str
    about: str
    when: str
    criteria: tuple[CriterionSpec, ...]

    def sections(self) -> list[tuple[str, tuple[CriterionSpec, ...]]]:
        """Its criteria under their headings."""
        runs = groupby(self.criteria, key=lambda one: one.path)
        return [(" / ".join(path), tuple(run)) for path, run in runs]


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Every template, read once."""
    return tuple(_read(slug) for slug in SLUGS)


def chosen(names: set[str]) -> list[CriterionSpec]:
    """The criteria named `template/key`, in the order of the gallery; unknown names are left."""
    return [
        criterion
        for template in templates()
        for criterion in template.criteria
        if f"{template.slug}/{criterion.key}" in names
    ]


def _read(slug: str) -> Template:
    data = tomllib.loads((FOLDER / f"{slug}.toml").read_text(encoding="utf-8"))
    criteria = parse_criteria(data.pop("criteria"), where="criteria")
    return Template(slug=slug, criteria=criteria, **data)
