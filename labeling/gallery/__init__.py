"""Starting templates for rubrics: written by us, picked whole or criterion by criterion.

Each is a TOML file beside this module: a title, what it is about, when it fits, and criteria as a
rubric file has them. They are binary where one look decides and anchored scales where degrees
matter, each with an observable and an anchor for every level. In another language a template is a
file of the same name and with the same keys, in a folder named after the language
(`templates/de/tone.toml`); what is not there is read in English.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from labeling import language
from labeling.spec import CriterionSpec, parse_criteria

ENGLISH = "en"
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
    # Of its texts: what is picked goes into a rubric as it stands here.
    language: str = ENGLISH

    def sections(self) -> list[tuple[str, tuple[CriterionSpec, ...]]]:
        """Its criteria under their headings."""
        runs = groupby(self.criteria, key=lambda one: one.path)
        return [(" / ".join(path), tuple(run)) for path, run in runs]


def templates() -> tuple[Template, ...]:
    """Every template, in the language of whoever reads it where it is written in that."""
    return _templates(language.current() or ENGLISH)


@lru_cache(maxsize=64)
def _templates(spoken: str) -> tuple[Template, ...]:
    """Every template, read once in each language."""
    return tuple(_read(slug, spoken) for slug in SLUGS)


def chosen(names: set[str]) -> list[CriterionSpec]:
    """The criteria named `template/key`, in the order of the gallery; unknown names are left."""
    return [
        criterion
        for template in templates()
        for criterion in template.criteria
        if f"{template.slug}/{criterion.key}" in names
    ]


def _read(slug: str, spoken: str) -> Template:
    path, written = FOLDER / f"{slug}.toml", ENGLISH
    # Of a language with a place (de-at) the language alone (de) will do.
    for one in (spoken, spoken.partition("-")[0]):
        if one and (FOLDER / one / path.name).is_file():
            path, written = FOLDER / one / path.name, one
            break
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    criteria = parse_criteria(data.pop("criteria"), where="criteria")
    return Template(slug=slug, criteria=criteria, language=written, **data)
