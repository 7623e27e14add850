"""Experts submit over HTTP while web and database are killed: whatever was acknowledged is there.

The journal of what was sent and what was acknowledged is kept here, outside the system.
"""

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from tests.faults.crew import EXPERTS, Crew
from tests.faults.firing import Fire, a_moment
from tests.faults.running_stack import PATIENCE
from tests.faults.scene import SCALES

pytestmark = pytest.mark.faults

# A page that is told 503, or nothing at all, keeps the answers and sends them again.
SEND_AGAIN = {502, 503, 504}


@dataclass
class Journal:
    """What one expert sent, and what was acknowledged."""

    sent: dict[str, dict] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    answers: Counter = field(default_factory=Counter)
    sent_again: int = 0


@dataclass
class Expert(threading.Thread):
    """Claims a seat, judges it, sends it until it is acknowledged; and so on until told to stop."""

    crew: Crew
    batch: int
    name_: str
    over: threading.Event
    journal: Journal = field(default_factory=Journal)
    fault: str = ""

    def __post_init__(self) -> None:
        super().__init__(name=self.name_, daemon=True)
        self.draw = random.Random(self.name_)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.over.is_set() and not self.fault:
            status, seat = self._insist("POST", f"batches/{self.batch}/claim/", {}, {200, 204})
            if status != 200:
                return
            self._rate(seat)

    def _rate(self, seat: dict) -> None:
        submission = str(uuid4())
        answers = {
            key: {"value": self.draw.choice(scale.get("values", (0, 1)))}
            for key, scale in SCALES.items()
        }
        body = {"submission_id": submission, "answers": answers}
        self.journal.sent[submission] = {key: said["value"] for key, said in answers.items()}
        status, told = self._insist("POST", f"seats/{seat['id']}/ratings/", body, {201})
        if status == 201:
            self.journal.acknowledged[submission] = told["id"]

    def _insist(self, method: str, path: str, body: dict, wanted: set[int]) -> tuple[int, dict]:
        """Ask until the server answers as it should; the same request, so the same submission."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, told = self.crew.ask(self.name_, method, path, body)
            except (OSError, http.client.HTTPException):
                status, told = 0, {}
            self.journal.answers[status] += 1
            if status in wanted:
                return status, told
            if status and status not in SEND_AGAIN:
                self.fault = f"{method} {path}: {status} {told}"
                return status, told
            self.journal.sent_again += 1
            time.sleep(0.05)
        self.fault = f"{method} {path}: no answer any more"
        return 0, {}


def test_what_was_acknowledged_is_there_once(under_fire: Fire, crew: Crew) -> None:
    batch = crew.open_batch("Under fire")
    over = threading.Event()
    experts = [Expert(crew, batch, name, over) for name in EXPERTS]
    for expert in experts:
        expert.start()
    try:
        for victim in ("web", "database"):
            after = a_moment(under_fire.draw, f"submit, {victim}", lambda draw: draw.randint(8, 40))
            await_more(experts, after)
            under_fire.aim(victim)()
            killed = time.monotonic()
            await_more(experts, 4)
            print(f"{victim}: acknowledged again after {time.monotonic() - killed:.1f} s")  # noqa: T201
            under_fire.recover(victim)
        await_more(experts, 8)
    finally:
        over.set()
        for expert in experts:
            expert.join(PATIENCE)
    assert [expert.fault for expert in experts if expert.fault] == []
    assert sum(expert.journal.sent_again for expert in experts) > 0
    expect_kept(under_fire, batch, [expert.journal for expert in experts])
    assert under_fire.violations() == []


def await_more(experts: list[Expert], count: int) -> None:
    """Until so many more submissions have been acknowledged."""
    start = sum(len(expert.journal.acknowledged) for expert in experts)
    deadline = time.monotonic() + PATIENCE
    while sum(len(expert.journal.acknowledged) for expert in experts) < start + count:
        assert [expert.fault for expert in experts if expert.fault] == []
        assert time.monotonic() < deadline, "nobody's submission is acknowledged any more"
        time.sleep(0.005)


def expect_kept(fire: Fire, batch: int, journals: list[Journal]) -> None:
    rows = fire.rows(
        """
        SELECT t.submission_id::text, t.id, c.key, s.value
        FROM labeling_rating t JOIN labeling_score s ON s.rating_id = t.id
        JOIN labeling_criterion c ON c.id = s.criterion_id WHERE t.batch_id = %s""",
        batch,
    )
    kept: dict[tuple[str, int], dict] = {}
    for submission, rating, key, value in rows:
        assert key not in kept.setdefault((submission, rating), {}), "a criterion is scored twice"
        kept[submission, rating][key] = int(value)
    sent = {key: said for journal in journals for key, said in journal.sent.items()}
    acknowledged = {pair for journal in journals for pair in journal.acknowledged.items()}
    # Nothing acknowledged is lost, nothing is doubled, nothing is there that nobody sent.
    assert acknowledged <= kept.keys()
    assert len({submission for submission, _ in kept}) == len(kept)
    assert {submission for submission, _ in kept} <= sent.keys()
    assert {pair: sent[pair[0]] for pair in kept} == kept
