"""What an author does about flags: answers, maps, merges, takes them into the draft.

Flags and what was done about them are facts, so each act is a row of its own; `listing` reads
where a flag stands, `sight` says what of it a person may see.
"""

from labeling.triage.deciding import (
    ACTS,
    answer,
    decide,
    map_to,
    map_to_new,
    mark_out_of_scope,
    merge,
    reopen,
    revise,
    take,
)

__all__ = [
    "ACTS",
    "answer",
    "decide",
    "map_to",
    "map_to_new",
    "mark_out_of_scope",
    "merge",
    "reopen",
    "revise",
    "take",
]
