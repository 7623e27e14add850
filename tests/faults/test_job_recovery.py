"""Jobs whose worker is killed, whose broker is away, and messages that nobody of ours has sent."""

import json
import os
import pickle
import subprocess
import time
from functools import partial
from pathlib import Path

import psutil
import pytest
from celery import Celery
from kombu import Connection, Exchange, Producer, Queue

from tests.faults.crew import PROJECT, Crew
from tests.faults.firing import PROGRAMMES, Fire, a_moment, end
from tests.faults.running_stack import eventually
from tests.faults.scene import ITEMS, MODELS

pytestmark = pytest.mark.faults

RESPONSES = ITEMS * len(MODELS)
GRADING = """
    SELECT r.id FROM evals_gradingrun r JOIN evals_gradingchunk c ON c.run_id = r.id
    WHERE r.state = 'running' AND c.done GROUP BY r.id HAVING count(*) >= %s"""


def grader(fire: Fire, name: str) -> Path:
    """A grader that nobody has used yet, as a file."""
    spec = {"type": "string_check", "name": name, "operation": "like"}
    spec |= {"input": "{{ sample.output_text }}", "reference": "30 days"}
    path = fire.folder / f"{name}.json"
    path.write_text(json.dumps(spec))
    return path


def graded_by(fire: Fire, name: str) -> subprocess.Popen[str]:
    """A grading with a grader of that name."""
    return fire.start("grade", PROJECT, "--json", "--grader", grader(fire, name))


def test_a_grading_goes_on_where_its_worker_was_killed(under_fire: Fire, crew: Crew) -> None:
    chunk = a_moment(under_fire.draw, "grading, chunk", lambda draw: draw.randint(1, 3))
    kill = under_fire.aim("worker")
    _, process, (run,) = under_fire.catch(
        "killed",
        partial(graded_by, under_fire),
        lambda process, _: under_fire.glimpse(process, GRADING, chunk),
    )
    kill()
    before = grades(under_fire, run)
    assert 0 < len(before) < RESPONSES
    done = end(process)
    assert done.code == 0, done.stderr
    assert (done.document["run"], done.document["graded"]) == (run, RESPONSES)
    after = grades(under_fire, run)
    assert len(after) == len({response for _, response in after}) == RESPONSES
    assert before <= after, "what was graded before the kill was written again"
    assert attempts(under_fire, run) == ("finished", 2, "")
    assert under_fire.violations() == []


def test_a_job_that_kills_its_worker_every_time_ends_as_failed(
    under_fire: Fire, crew: Crew
) -> None:
    leader = under_fire.stack.service(PROGRAMMES["worker"])

    def poisoned(process: subprocess.Popen[str], _: str) -> tuple | None:
        for attempt in (1, 2, 3):
            running = "SELECT id FROM evals_gradingrun WHERE state = 'running' AND attempt = %s"
            if (run := under_fire.glimpse(process, running, attempt)) is None:
                return None
            for child in leader.children():
                child.kill()
        return run

    _, process, (run,) = under_fire.catch("poison", partial(graded_by, under_fire), poisoned)
    done = end(process)
    assert done.code == 1
    sentence = "Its worker stopped without a word several times; look at the worker's log."
    assert done.words == f"CommandError: GradingRun {run} failed: {sentence}"
    assert attempts(under_fire, run) == ("failed", 3, sentence)
    # The worker itself lives on, and takes what comes next.
    assert leader.is_running()
    fine = under_fire.command("grade", PROJECT, "--json", "--grader", grader(under_fire, "fine"))
    assert fine.document["graded"] == RESPONSES
    assert under_fire.violations() == []


def test_without_a_broker_work_is_accepted_and_done_later(under_fire: Fire, crew: Crew) -> None:
    batch = crew.open_batch("Without a broker")
    supervisor = under_fire.stack.supervisor
    # Stopped, it cannot start the broker again; what it started goes on.
    supervisor.suspend()
    try:
        under_fire.stack.service(PROGRAMMES["broker"]).kill()
        started = time.monotonic()
        status, seat = crew.ask("fay", "POST", f"batches/{batch}/claim/", {})
        assert status == 200
        answers = {key: {"value": 0} for key in ("cites_policy", "polite", "next_steps", "tone")}
        body = {"submission_id": "0b7c6d39-4f4e-4c4e-8a9a-2f1c1a8d9e10", "answers": answers}
        status, rating = crew.ask("fay", "POST", f"seats/{seat['id']}/ratings/", body)
        assert (status, rating.get("problems")) == (201, None)
        status, told = crew.ask("boss", "POST", f"projects/{PROJECT}/agreement/", {})
        assert status == 202, told
        assert time.monotonic() - started < 60
        (run,) = [run for run in told["runs"] if run["batch"] == batch]
        assert run["state"] == "pending"
    finally:
        supervisor.resume()
    finished = "SELECT state FROM evals_agreementrun WHERE id = %s AND state = 'finished'"
    under_fire.await_row(finished, run["id"])
    assert eventually(under_fire.stack.is_ready)
    assert under_fire.violations() == []


def test_forged_messages_leave_the_worker_alive(under_fire: Fire, crew: Crew) -> None:
    leader = under_fire.stack.service(PROGRAMMES["worker"])
    mark = under_fire.folder / "run-by-a-message"
    broker = f"redis+socket://{under_fire.stack.home / 'sockets' / 'valkey.sock'}"
    forge(broker, mark)
    # Queues are worked off in order, so an answer here means that all of it was met.
    fine = under_fire.command("grade", PROJECT, "--json", "--grader", grader(under_fire, "after"))
    assert fine.code == 0, fine.stderr
    assert fine.document["graded"] == RESPONSES
    assert eventually(lambda: waiting(broker) == 0)
    assert leader.is_running()
    assert leader.status() != psutil.STATUS_ZOMBIE
    assert not mark.exists()
    assert under_fire.violations() == []


QUEUES = ("default", "statistics", "grading", "export")


def forge(broker: str, mark: Path) -> None:
    """Unknown tasks, arguments of no sense, and bodies that would run code if they were read."""
    # Not this process's app: the product's own tasks would go to that broker from then on.
    app = Celery(broker=broker, set_as_current=False)
    app.conf.task_default_queue = "default"
    for queue in QUEUES:
        app.send_task("no.such.task", args=[1], queue=queue)
        for arguments in ([], ["x"], [{}], [-1], [10**30], [1, 2, 3], [None]):
            app.send_task("evals.tasks.grade_responses", args=arguments, queue=queue)
    with Connection(broker) as connection, connection.channel() as channel:
        producer = Producer(channel)
        for queue in QUEUES:
            declared = Queue(queue, Exchange(queue), routing_key=queue)
            headers = {"id": "forged", "task": "evals.tasks.sweep", "lang": "py"}
            options = {"routing_key": queue, "exchange": declared.exchange, "declare": [declared]}
            body = pickle.dumps(([], RunsCode(mark), {}))
            kind = {"content_type": "application/x-python-serialize", "content_encoding": "binary"}
            producer.publish(body, headers=headers, **kind, **options)
            producer.publish(b"{", content_type="application/json", headers=headers, **options)
            producer.publish({"no": "task"}, serializer="json", **options)


class RunsCode:
    """Unpickled, it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.mark),)


def waiting(broker: str) -> int:
    with Connection(broker) as connection:
        client = connection.default_channel.client
        return sum(client.llen(queue) for queue in QUEUES)


def grades(fire: Fire, run: int) -> set[tuple[int, int]]:
    return set(fire.rows("SELECT id, response_id FROM evals_grade WHERE run_id = %s", run))


def attempts(fire: Fire, run: int) -> tuple:
    query = "SELECT state, attempt, error FROM evals_gradingrun WHERE id = %s"
    return fire.rows(query, run)[0]
