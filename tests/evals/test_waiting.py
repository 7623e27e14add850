"""Commands that wait for a run: through a database that is started again, but not for ever."""

import pytest
from django.db import InterfaceError, OperationalError

from evals.waiting import wait_for
from labeling.errors import DomainError
from labeling.models import RunState


class Watched:
    """A run whose row is read with these outcomes, one after the other."""

    pk = 7
    state = RunState.RUNNING
    error = ""

    def __init__(self, *outcomes: Exception | str) -> None:
        self.outcomes = list(outcomes)

    def refresh_from_db(self) -> None:
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        self.state = outcome


def test_a_database_that_comes_back_is_waited_for(db, capsys):
    lost = [OperationalError("terminated"), InterfaceError("closed"), OperationalError("refused")]
    run = Watched(RunState.RUNNING, *lost, RunState.RUNNING, RunState.FINISHED)
    assert wait_for([run], poll=0) == [run]
    assert capsys.readouterr().err.count("the database went away; waiting for it.") == 1


def test_a_database_that_stays_away_ends_the_wait(db):
    with pytest.raises(OperationalError, match="refused"):
        wait_for([Watched(OperationalError("refused"))], poll=0, patience=0.3)


def test_a_run_that_failed_says_why(db):
    run = Watched(RunState.FAILED)
    run.error = "The disk was full."
    with pytest.raises(DomainError, match=r"Watched 7 failed: The disk was full\."):
        wait_for([run], poll=0)
