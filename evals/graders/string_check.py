"""string_check: compares two rendered texts exactly, 1 or 0; nothing is trimmed or normalised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.graders.base import Outcome, Sample
from evals.graders.template import RenderError, Template

OPERATIONS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda haystack, needle: haystack == needle,
    "ne": lambda haystack, needle: haystack != needle,
    "like": lambda haystack, needle: needle in haystack,
    "ilike": lambda haystack, needle: needle.lower() in haystack.lower(),
}
# Printed in the documentation, refused by the types: taken on import, never written.
SPELLINGS = {"neq": "ne"}


@dataclass(frozen=True, slots=True)
class StringCheck:
    """Reward 1 when the operation holds between `input` (haystack) and `reference` (needle)."""

    name: str
    input: Template
    reference: Template
    operation: str

    def grade(self, sample: Sample, item: Mapping[str, object]) -> Outcome:
        """Compare the two texts; a placeholder without a value is an error, not a 0."""
        try:
            haystack = self.input.render(sample, item)
            needle = self.reference.render(sample, item)
        except RenderError as error:
            return Outcome.failed(error.code, str(error))
        return Outcome(float(OPERATIONS[self.operation](haystack, needle)))
