"""64 experts, every submission five times at once, leases that end, web workers that are killed.

Afterwards every response has exactly as many ratings as were asked for: none is lost, none doubled,
nobody holds two leases, and the pages say what the rows say.
"""

import asyncio
import re
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest

from tests.faults.crowd import Crowd, Person, ask, everybody, gather
from tests.faults.firing import PROGRAMMES, Fire
from tests.faults.invariants import connect
from tests.faults.running_stack import PATIENCE

pytestmark = pytest.mark.faults

PEOPLE, RESPONSES, OVERLAP = 64, 40, 3
PLACES = RESPONSES * OVERLAP
FILLED = """
    SELECT count(*) FROM labeling_assignment
    WHERE batch_id = %s AND state = 'submitted' AND slot IS NOT NULL"""
# Three of the leases end; whoever is just being saved is left alone.
END_LEASES = """
    UPDATE labeling_assignment SET lease_until = now() - interval '1 second'
    WHERE id IN (SELECT id FROM labeling_assignment WHERE batch_id = %s AND state = 'leased'
                 ORDER BY random() LIMIT 3 FOR UPDATE SKIP LOCKED)"""


class Storm:
    """What goes on around the experts."""

    def __init__(self, fire: Fire, crowd: Crowd) -> None:
        self.fire, self.crowd = fire, crowd
        self.is_over, self.ended, self.killed = False, 0, 0

    async def rage(self) -> None:
        """End leases all the time and kill web workers twice, until every place is filled."""
        began = time.monotonic()
        with connect(self.fire.stack.home) as opened:
            while time.monotonic() - began < PATIENCE:
                (filled,) = opened.execute(FILLED, [self.crowd.batch]).fetchone()
                if filled == PLACES:
                    self.is_over = True
                    return
                if filled > PLACES * (1 + self.killed) / 4 and self.killed < 2:
                    self.kill_a_worker()
                opened.execute(END_LEASES, [self.crowd.batch])
                (ended,) = opened.execute("SELECT labeling_expire_leases()").fetchone()
                self.ended += ended
                await asyncio.sleep(0.1)
        raise AssertionError(f"{filled} of {PLACES} places are filled after {PATIENCE} s")

    def kill_a_worker(self) -> None:
        workers = self.fire.stack.service(PROGRAMMES["web"]).children()
        with suppress(psutil.NoSuchProcess):
            self.fire.draw.choice(workers).kill()
            self.killed += 1


def test_a_storm_leaves_exactly_what_was_asked_for(under_fire: Fire) -> None:
    crowd = gather(under_fire, people=PEOPLE, responses=RESPONSES, overlap=OVERLAP)
    people = [Person(crowd, name) for name in crowd.cookies]
    storm = Storm(under_fire, crowd)
    carried_out(everybody(people, storm.rage(), lambda: storm.is_over))
    assert storm.killed == 2
    assert storm.ended > 0
    assert sum(person.sent_again for person in people) > 0
    expect_exact(under_fire, crowd, people)
    expect_pages_say_so(under_fire, crowd)
    assert under_fire.violations() == []


def carried_out[T](work: Coroutine[object, object, T]) -> T:
    """In a thread: a browser that ran before leaves a loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def expect_exact(fire: Fire, crowd: Crowd, people: list[Person]) -> None:
    rows = fire.rows(
        "SELECT t.submission_id::text, t.id, a.response_id, a.rater_id, a.slot"
        " FROM labeling_rating t"
        " JOIN labeling_assignment a ON a.id = t.assignment_id WHERE t.batch_id = %s",
        crowd.batch,
    )
    kept = {submission: rating for submission, rating, *_ in rows}
    acknowledged = {key: pk for person in people for key, pk in person.acknowledged.items()}
    sent = set().union(*(person.sent for person in people))
    # Nothing acknowledged is lost, nothing doubled, nothing there that nobody sent.
    assert acknowledged.items() <= kept.items()
    assert len(kept) == len(rows)
    assert kept.keys() <= sent
    assert len({(response, rater) for *_, response, rater, _ in rows}) == len(rows)
    counted = [response for *_, response, _, slot in rows if slot is not None]
    assert len(set(counted)) == RESPONSES
    assert {counted.count(response) for response in counted} == {OVERLAP}


def expect_pages_say_so(fire: Fire, crowd: Crowd) -> None:
    """The admin's page and each expert's own desk, beside counts of the rows."""
    page = shown(crowd, "boss", f"/p/crowd/batches/{crowd.batch}/")
    submitted = dict(
        fire.rows(
            "SELECT u.username, count(a.id) FILTER (WHERE a.state = 'submitted')::int"
            " FROM labeling_user u JOIN labeling_assignment a ON a.rater_id = u.id"
            " WHERE a.batch_id = %s GROUP BY 1",
            crowd.batch,
        )
    )
    row = r'<tr><th scope="row" dir="auto">(expert\d+)</th><td class="num" data-label="Rated">(\d+)'
    told = {name: int(number) for name, number in re.findall(row, page)}
    assert {name: number for name, number in told.items() if number} == {
        name: number for name, number in submitted.items() if number
    }
    assert re.search(rf"Responses complete.*?\b{RESPONSES}\b", page, re.DOTALL)
    for name in list(crowd.cookies)[:8]:
        desk = shown(crowd, name, f"/desk/{crowd.batch}/")
        assert f"You have rated {submitted.get(name, 0)} response" in desk


def shown(crowd: Crowd, name: str, address: str) -> str:
    status, _, body = carried_out(ask(crowd, name, "GET", address, "", "text/plain"))
    assert status == 200, (address, status)
    return body.decode()
