"""Slices of a batch: the units that a statistic is repeated on, named as `field=value`."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.errors import DomainError
from labeling.language import gettext as _

# In the order in which people read them; a metadata field is named as `metadata.FIELD`.
FIELDS = ("generator_kind", "generator", "tag", "metadata", "rubric_version")
METADATA = "metadata."
# More generators, tags, or values of a metadata field than this are measured on request only.
VALUES_MAX = 12
# Metadata fields measured without being asked for.
METADATA_FIELDS_MAX = 4
# A slice's name is stored; longer values are no categories.
VALUE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Slice:
    """The units whose `field` has `value`; the whole batch when `field` is empty."""

    field: str = ""
    value: str = ""

    @property
    def name(self) -> str | None:
        return f"{self.field}={self.value}" if self.field else None

    @property
    def of_items(self) -> bool:
        """Whether it is the item that belongs to the slice, with all of its responses."""
        return self.field == "tag" or self.field.startswith(METADATA)


WHOLE = Slice()
# The responses that a model is trained on, unless a rule names the generator.
TRAINING = Slice("generator_kind", "model")


def parse_slice(text: str) -> Slice:
    """Read `field=value`; raises DomainError naming the fields there are."""
    name, equals, value = text.partition("=")
    known = name in FIELDS and name != "metadata"
    if not equals or not value or not (known or name.removeprefix(METADATA) not in ("", name)):
        fields = ", ".join("metadata.FIELD" if one == "metadata" else one for one in FIELDS)
        said = _("--slice %(text)s: write field=value with one of the fields %(fields)s.")
        raise DomainError(said % {"text": text, "fields": fields})
    if name == "rubric_version" and not value.isdecimal():
        raise DomainError(_("--slice %(text)s: a rubric version is a number.") % {"text": text})
    return Slice(name, value)


def slice_named(name: str | None) -> Slice:
    """The slice that is stored under a name."""
    return parse_slice(name) if name else WHOLE
