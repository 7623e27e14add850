"""A whole spec written into a draft: its texts, and its criteria on their lineages."""

from __future__ import annotations

from labeling.authoring.lineages import carried
from labeling.authoring.rows import replace_criteria, spec_of
from labeling.models import RubricVersion
from labeling.spec import RubricSpec

# What a version says beside its criteria.
HEAD = ("title", "description", "guidelines", "extra")


def write_whole(version: RubricVersion, spec: RubricSpec, latest: RubricVersion | None) -> None:
    """Make the draft say `spec`; `latest` is the version whose labels may go on."""
    for name in HEAD:
        setattr(version, name, getattr(spec, name))
    version.save(update_fields=HEAD)
    write_criteria(version, spec, latest)


def write_criteria(version: RubricVersion, spec: RubricSpec, latest: RubricVersion | None) -> None:
    """The criteria alone."""
    before = spec_of(latest) if latest else RubricSpec("")
    replace_criteria(version, spec, carried(latest, before, spec))
