"""The desk over HTTP: experts submit and get the next response; what is true afterwards.

One label = one submitted rating of five criteria, answered with the next response, over the real
web server. Processor time is that of the web's processes and of its database connections.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from benchmarks._desk_load import Expert, Measured, rate
from benchmarks._desk_pages import first_load
from benchmarks._desk_project import (
    AHEAD,
    ANSWERS,
    LEASED,
    PEOPLE,
    SKIPPED,
    analyze,
    execute,
    make_project,
    open_batch,
    rated,
    truth,
)
from benchmarks._desk_server import Server, serving, spent

if TYPE_CHECKING:
    from labeling.models import Batch, Project, RubricVersion, User

RESPONSES = 100_000
SMALL = 1_000
AHEAD_BY = 50_000
OPEN_LATE = 10_000
ENDED = 10_000
MANY = 64
SECONDS = 6.0
SHORT = 3.0

type Case = dict[str, object]


def run(scale: int = 1) -> Iterable[Case]:
    """Crowds of two sizes, one who thinks, the hard states, and queues of other lengths."""
    count = RESPONSES * scale
    with serving() as server:
        yield from _short_queue(server)
        project, version, raters = make_project(count, MANY)
        started = time.perf_counter()
        batch = open_batch(project, version)
        seconds = round(time.perf_counter() - started, 3)
        yield {"what": "open a batch", "items": count, "seconds": seconds}
        analyze()
        yield asyncio.run(_sizes(_experts(server, batch, raters[:1])[0], count))
        yield _rated("fresh rater", server, batch, raters[:1], count, SHORT)
        yield _rated("16 raters", server, batch, raters[:16], count, SECONDS)
        yield _rated("64 raters", server, batch, raters, count, SECONDS)
        yield _rated("16 who think", server, batch, raters[:16], count, SECONDS, think=1.0)
        yield from _hard(server, project, version, raters, count)


def _short_queue(server: Server) -> Iterable[Case]:
    """The same crowd over a thousand responses, for the comparison."""
    project, version, raters = make_project(SMALL, 16)
    batch = open_batch(project, version)
    analyze()
    yield _rated("16 raters, a short queue", server, batch, raters, SMALL, SHORT)


def _hard(
    server: Server, project: Project, version: RubricVersion, raters: list[User], count: int
) -> Iterable[Case]:
    ahead = min(AHEAD_BY, count // 2)
    batch = open_batch(project, version)
    execute(AHEAD, batch=batch.pk, count=ahead, rater=raters[0].pk)
    analyze()
    yield _rated(f"rater {ahead:,} ahead", server, batch, raters[:1], count, SHORT)
    yield _rated("fresh rater beside", server, batch, raters[1:2], count, SHORT)
    yield from _late(server, raters)
    yield from _expiry(batch, raters[2], count)


def _late(server: Server, raters: list[User]) -> Iterable[Case]:
    """Most have seen nineteen of twenty responses that are open; then one who has seen all."""
    project, version, experts = make_project(OPEN_LATE, 16)
    batch = open_batch(project, version)
    execute(SKIPPED, batch=batch.pk, raters=[one.pk for one in experts[3:]])
    analyze()
    yield _rated("late: most seen by most", server, batch, experts, OPEN_LATE, SHORT)
    other = open_batch(project, version)
    execute(AHEAD, batch=other.pk, count=OPEN_LATE, rater=experts[0].pk)
    analyze()
    yield _nothing_left(other, experts[0])


def _nothing_left(batch: Batch, rater: User) -> Case:
    from labeling import assigning

    took = []
    for _ in range(200):
        started = time.perf_counter()
        if assigning.claim_next(batch, rater) is not None:
            raise AssertionError("something was left")
        took.append(time.perf_counter() - started)
    times = {"first_ms": round(took[0] * 1_000, 2), **_times(took[1:])}
    return {"what": "nothing left, asked again", "items": OPEN_LATE, "raters": 1, **times}


def _expiry(batch: Batch, rater: User, count: int) -> Iterable[Case]:
    """So many leases end at once; then the claims that follow."""
    from labeling import assigning
    from labeling.models import Assignment

    people = [pk for (pk,) in execute(PEOPLE, name=f"gone-{batch.pk}-", count=min(ENDED, count))]
    execute(LEASED, batch=batch.pk, raters=people)
    analyze()
    started = time.perf_counter()
    ended = assigning.expire_leases()
    seconds = round(time.perf_counter() - started, 3)
    if ended != len(people):
        raise AssertionError(f"{ended} leases ended")
    yield {"what": "leases end at once", "items": count, "n": ended, "seconds": seconds}
    took = []
    for _ in range(100):
        started = time.perf_counter()
        seat = assigning.claim_next(batch, rater)
        took.append(time.perf_counter() - started)
        if seat is None:
            raise AssertionError("nothing was handed out")
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    yield {"what": "claims after it", "items": count, "raters": 1, **_times(took)}


async def _sizes(expert: Expert, count: int) -> Case:
    """The first load of the desk, and an answer beside the text of its response."""
    from labeling.models import Assignment

    await expert.connect()
    loaded = await first_load(expert)
    await expert.submit()
    pk = int(expert.seat.split("/")[3])
    seat = await asyncio.to_thread(Assignment.objects.select_related("response").get, pk=pk)
    text = len(str(seat.response.output))
    parts = {f"{name}_bytes": size for name, size in loaded.items()}
    answer = {"answer_bytes": expert.wire, "text_bytes": text}
    return {"what": "sizes on the wire", "items": count, **parts, **answer}


def _rated(
    what: str,
    server: Server,
    batch: Batch,
    raters: list[User],
    count: int,
    seconds: float,
    *,
    think: float = 0.0,
) -> Case:
    """Rate for so long after a second of warming up, then count what the database has."""
    experts, before = _experts(server, batch, raters), rated(batch)
    warm, measured, cpu = asyncio.run(_window(server, experts, seconds, think))
    acknowledged = warm.acknowledged + measured.acknowledged
    labels = max(measured.acknowledged, 1)
    return {
        "what": what,
        "items": count,
        "raters": len(raters),
        "think_s": think,
        "per_second": round(measured.acknowledged / measured.seconds, 1),
        **_times(measured.took),
        "web_cpu_ms": round(cpu[0] * 1_000 / labels, 2),
        "database_cpu_ms": round(cpu[1] * 1_000 / labels, 2),
        "client_cpu_ms": round(cpu[2] * 1_000 / labels, 2),
        **truth(batch, before, acknowledged),
    }


async def _window(
    server: Server, experts: list[Expert], seconds: float, think: float
) -> tuple[Measured, Measured, tuple[float, float, float]]:
    warm = await rate(experts, 1.0, think=think)
    before, began = await asyncio.to_thread(server.cpu), time.process_time()
    measured = await rate(experts, seconds, think=think)
    client = time.process_time() - began
    after = await asyncio.to_thread(server.cpu)
    web, database = (spent(early, late) for early, late in zip(before, after, strict=True))
    for one in experts:
        one.writer.close()
    return warm, measured, (web, database, client)


def _experts(server: Server, batch: Batch, raters: list[User]) -> list[Expert]:
    return [
        Expert(server.port, session(rater), batch.pk, batch.rubric_version_id, dict(ANSWERS))
        for rater in raters
    ]


def session(person: User) -> str:
    """The cookie of a session of this person, as if they had logged in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(person.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = person.get_session_auth_hash()
    made.save()
    return f"{settings.SESSION_COOKIE_NAME}={made.session_key}"


def _times(took: list[float]) -> Case:
    ordered = sorted(took)
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1_000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1_000, 2),
    }
