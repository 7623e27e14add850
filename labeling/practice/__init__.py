"""Practice and checks: answers that are known, and what experts learn from them.

`set_known`, `take_settled` and `import_known` keep known answers, each change as a revision.
`results` says how an expert stands in a practice batch, `expect_passed` keeps work for those who
passed where a batch asks for it, and `known_at` is what an expert may see of a seat afterwards.
"""

from labeling.practice.appeals import appeal, own_appeals
from labeling.practice.files import Told, import_known
from labeling.practice.gate import (
    PracticeNeeded,
    expect_passed,
    practice_batches,
    practice_for,
)
from labeling.practice.known import (
    KnownAnswerChanged,
    revise_known,
    set_known,
    take_settled,
    withdraw_known,
)
from labeling.practice.results import Result, known_units, results, rule, settle
from labeling.practice.seen import Known, known_at, shows_known
from labeling.practice.shared import Shared, shared_in_words, shared_with

__all__ = [
    "Known",
    "KnownAnswerChanged",
    "PracticeNeeded",
    "Result",
    "Shared",
    "Told",
    "appeal",
    "expect_passed",
    "import_known",
    "known_at",
    "known_units",
    "own_appeals",
    "practice_batches",
    "practice_for",
    "results",
    "revise_known",
    "rule",
    "set_known",
    "settle",
    "shared_in_words",
    "shared_with",
    "shows_known",
    "take_settled",
    "withdraw_known",
]
