"""One big measuring, counted by two workers that share nothing but the database and the broker."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from kombu import Connection

from evals import measuring
from evals.models import AgreementRun
from evals.tasks import measure_agreement
from tests.conftest import owner_connection
from tests.evals.histories import History, as_bytes, measured_from_nothing
from tests.evals.hosts import Host, broker_url, one_machine, two_namespaces, workers
from tests.parallel import PATIENCE

# Whoever has taken a chunk waits until somebody else has one, too: a session holds its lock as long
# as it lives, and everybody sees at once which locks are held.
BOTH_TAKE = """
    CREATE TABLE taken (chunk bigint, worker text);
    CREATE FUNCTION both_take() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        INSERT INTO taken VALUES (NEW.id, current_setting('application_name'));
        PERFORM pg_advisory_lock_shared(7299, hashtext(current_setting('application_name')));
        WHILE (SELECT count(DISTINCT objid) FROM pg_locks
               WHERE locktype = 'advisory' AND classid = 7299) < 2 LOOP
            PERFORM pg_sleep(0.01);
        END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER both_take BEFORE UPDATE ON evals_agreementchunk FOR EACH ROW
        WHEN (NEW.fence > OLD.fence) EXECUTE FUNCTION both_take();
"""
FORGET = "DROP TRIGGER both_take ON evals_agreementchunk; DROP FUNCTION both_take; DROP TABLE taken"


@pytest.fixture
def history(project):
    history = History(project, seed=5, items=40)
    history.happen(150)
    return history


@pytest.fixture
def both_take(transactional_db) -> Iterator[None]:
    with owner_connection() as owner:
        owner.execute(BOTH_TAKE)
        yield
        owner.execute(FORGET)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", [one_machine, two_namespaces])
def test_two_worker_processes_give_the_bytes_of_one_whole_count(
    history: History,
    both_take: None,
    settings,
    place: type[AbstractContextManager[list[Host]]],
) -> None:
    with place() as hosts, workers(hosts, AGREEMENT_CHUNK_SCORES=40, AGREEMENT_KEEP_SCORES=0):
        run = shared(history)
    took = Counter(worker for (worker,) in rows("SELECT worker FROM taken"))
    assert set(took) == {"one", "two"}, "both counted some of it"
    assert took.total() == run.chunks.count(), "nothing was counted twice"
    settings.AGREEMENT_KEEP_SCORES = 0
    told = as_bytes(run)
    assert min(map(len, told)) > 1_000
    whole = measured_from_nothing(run)
    assert not whole.chunks.exists()
    assert told == as_bytes(whole)


def shared(history: History) -> AgreementRun:
    """The run as the workers leave it."""
    with Connection(broker_url()) as broker:
        broker.default_channel.client.flushdb()
        run, _ = measuring.start(history.batch)
        measure_agreement.apply_async([run.pk], connection=broker)
        deadline = time.monotonic() + PATIENCE
        while run.state != "finished":
            assert run.state in ("pending", "running"), run.error
            assert time.monotonic() < deadline, run.state
            time.sleep(0.02)
            run.refresh_from_db()
    return run


def rows(query: str) -> list[tuple]:
    with owner_connection() as owner:
        return owner.execute(query).fetchall()
