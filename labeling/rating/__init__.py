"""The fourth verb: an expert judges a response. Drafts change, ratings are facts.

`save_draft` on every change, `submit` once however often it is sent, `revise` and `withdraw` as
new revisions, `skip` and `flag` for what cannot be judged, `exclude` for what must not count.
"""

from labeling.rating.asked import (
    RubricMovedOn,
    answered_in,
    asked_of,
    carried_answers,
    withheld,
)
from labeling.rating.beside import OVERALL_MOST, asks_overall, in_shown_order
from labeling.rating.documents import Told
from labeling.rating.drafts import StaleDraft, answers_of, keep_sent, save_draft
from labeling.rating.evidence import text_in, with_places
from labeling.rating.excluding import Judged, exclude
from labeling.rating.judgements import (
    CONFIDENCE,
    OVERALL,
    JudgedCriterion,
    Judgement,
    Published,
    criteria_of,
    read_judgements,
)
from labeling.rating.recording import AlreadySubmitted, SentBefore, answers_in, current_rating
from labeling.rating.remarks import SKIP_REASONS, flag, skip
from labeling.rating.seats import NotYours
from labeling.rating.steps import (
    Kept,
    SavedElsewhere,
    Sent,
    Step,
    is_settled,
    keep_step,
    sent_before,
    steps_of,
    submit_steps,
)
from labeling.rating.submitting import (
    Submitted,
    expect_correctable,
    revise,
    says_same,
    submit,
    submit_and_next,
)
from labeling.rating.together import (
    Said,
    answers_by_seat,
    in_columns,
    in_sequence,
    leased_with,
    submit_together,
)
from labeling.rating.withdrawing import UNDO_SECONDS, undoable, withdraw

__all__ = [
    "CONFIDENCE",
    "OVERALL",
    "OVERALL_MOST",
    "SKIP_REASONS",
    "UNDO_SECONDS",
    "AlreadySubmitted",
    "Judged",
    "JudgedCriterion",
    "Judgement",
    "Kept",
    "NotYours",
    "Published",
    "RubricMovedOn",
    "Said",
    "SavedElsewhere",
    "Sent",
    "SentBefore",
    "StaleDraft",
    "Step",
    "Submitted",
    "Told",
    "answered_in",
    "answers_by_seat",
    "answers_in",
    "answers_of",
    "asked_of",
    "asks_overall",
    "carried_answers",
    "criteria_of",
    "current_rating",
    "exclude",
    "expect_correctable",
    "flag",
    "in_columns",
    "in_sequence",
    "in_shown_order",
    "is_settled",
    "keep_sent",
    "keep_step",
    "leased_with",
    "read_judgements",
    "revise",
    "save_draft",
    "says_same",
    "sent_before",
    "skip",
    "steps_of",
    "submit",
    "submit_and_next",
    "submit_steps",
    "submit_together",
    "text_in",
    "undoable",
    "with_places",
    "withdraw",
    "withheld",
]
