"""The first verb: rubrics are drafted by authors, then published and sealed.

`publish_spec` takes a whole rubric at once, as a file has it; `draft_of`, `save_draft` and
`publish` are the steps of an author at the page.
"""

from labeling.authoring.differences import Difference, differences
from labeling.authoring.lineages import Succession, succession
from labeling.authoring.rows import criterion_of, spec_of
from labeling.authoring.standing import Standing, latest_published, standing
from labeling.authoring.versions import (
    DraftChanged,
    VersionSealed,
    create_rubric,
    discard,
    draft_of,
    publish,
    publish_spec,
    save_as_draft,
    save_draft,
    slug_from,
)

__all__ = [
    "Difference",
    "DraftChanged",
    "Standing",
    "Succession",
    "VersionSealed",
    "create_rubric",
    "criterion_of",
    "differences",
    "discard",
    "draft_of",
    "latest_published",
    "publish",
    "publish_spec",
    "save_as_draft",
    "save_draft",
    "slug_from",
    "spec_of",
    "standing",
    "succession",
]
