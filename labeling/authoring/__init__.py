"""The first verb: rubrics are drafted by authors, then published and sealed.

`publish_spec` takes a whole rubric at once, as a file has it; `draft_of`, `save_draft` and
`publish` are the steps of an author with a file. At the page a draft is changed one criterion at
a time (`criteria`, `arranging`), and each change can be taken back (`undoing`).
"""

from labeling.authoring.adding import add, duplicate, new_criterion, new_name, remove
from labeling.authoring.arranging import (
    Arranged,
    heading,
    move,
    move_section,
    place,
    read_path,
    rename_section,
)
from labeling.authoring.changes import Writer, last_change
from labeling.authoring.criteria import (
    CriterionChanged,
    CriterionRemoved,
    NoSuchCriterion,
    Saved,
    change,
    find,
    removed_text,
)
from labeling.authoring.examples import (
    change_example,
    move_example,
    remove_example,
    take_example,
)
from labeling.authoring.fates import COUNTED_MAX, difference_from, label_counts
from labeling.authoring.guidelines import (
    GuidelinesChanged,
    change_guidelines,
    guidelines_token,
)
from labeling.authoring.heads import HeadChanged, change_head
from labeling.authoring.item_drafts import begin_item_rubric
from labeling.authoring.item_rubrics import Published, publish_for_items, rubrics_of_items
from labeling.authoring.places import Place, Section, known_as, places, sections
from labeling.authoring.rows import criterion_of, spec_of
from labeling.authoring.settling import taken_into
from labeling.authoring.standing import Stage, Standing, latest_published, stage, standing
from labeling.authoring.states import head_token, token
from labeling.authoring.undoing import NothingToUndo, Steps, redo, steps, undo
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
from labeling.authoring.waiving import (
    REASON_LENGTH,
    FindingGone,
    Judged,
    OpenErrors,
    finding_problems,
    judged,
    unwaive,
    waive,
)

__all__ = [
    "COUNTED_MAX",
    "REASON_LENGTH",
    "Arranged",
    "CriterionChanged",
    "CriterionRemoved",
    "DraftChanged",
    "FindingGone",
    "GuidelinesChanged",
    "HeadChanged",
    "Judged",
    "NoSuchCriterion",
    "NothingToUndo",
    "OpenErrors",
    "Place",
    "Published",
    "Saved",
    "Section",
    "Stage",
    "Standing",
    "Steps",
    "VersionSealed",
    "Writer",
    "add",
    "begin_item_rubric",
    "change",
    "change_example",
    "change_guidelines",
    "change_head",
    "create_rubric",
    "criterion_of",
    "difference_from",
    "discard",
    "draft_of",
    "duplicate",
    "find",
    "finding_problems",
    "guidelines_token",
    "head_token",
    "heading",
    "judged",
    "known_as",
    "label_counts",
    "last_change",
    "latest_published",
    "move",
    "move_example",
    "move_section",
    "new_criterion",
    "new_name",
    "place",
    "places",
    "publish",
    "publish_for_items",
    "publish_spec",
    "read_path",
    "redo",
    "remove",
    "remove_example",
    "removed_text",
    "rename_section",
    "rubrics_of_items",
    "save_as_draft",
    "save_draft",
    "sections",
    "slug_from",
    "spec_of",
    "stage",
    "standing",
    "steps",
    "take_example",
    "taken_into",
    "token",
    "undo",
    "unwaive",
    "waive",
]
