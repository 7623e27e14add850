"""The numbers of all advisory locks, here once each, so that no two kinds of wait share one.

Beside the number stands whose id is the second one. SQL of migrations writes the numbers out;
tests/unit/test_locks.py holds both to this list.
"""

from __future__ import annotations

from typing import Final

# A batch: shared by whoever inserts a rating there, alone for watermarks, moves and closing.
BATCH: Final = 7201
# A batch: who draws new keys of its queue.
KEYS: Final = 7202
# A project: one load of files at a time.
LOADING: Final = 7203
# Nobody's (0): making users named in files.
RATERS: Final = 7204
# A batch: one at a time changes its kept counts.
KEPT_TALLIES: Final = 7205
# A response: slots beside its overlap (labeling_aside_slot).
ASIDE: Final = 7206
# A batch: its stopping rule decides.
STOPPING: Final = 7207
# A batch: one adjudicator at a time takes, hands back or rules.
ADJUDICATING: Final = 7208
# A project: one who sets known answers at a time.
KNOWN_ANSWERS: Final = 7209
# Alone and of the session: beat's round.
SWEEP: Final = 7210
