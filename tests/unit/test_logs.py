"""What an operator reads at night: what happened, not what goes well every few seconds."""

from __future__ import annotations

import logging

import pytest
from celery.app.trace import LOG_FAILURE, LOG_SUCCESS

from rubricstudio.logs import ROUND, News
from rubricstudio.views import Told


def is_told(name: str, level: int, message: str, *said: object) -> bool:
    return bool(News().filter(logging.LogRecord(name, level, "", 0, message, said, None)))


@pytest.mark.parametrize(
    ("task", "level", "message", "told"),
    [
        (ROUND, logging.INFO, LOG_SUCCESS, False),
        (ROUND, logging.ERROR, LOG_FAILURE, True),
        ("evals.tasks.measure_agreement", logging.INFO, LOG_SUCCESS, True),
    ],
)
def test_a_round_of_beat_that_went_well_is_no_line(task, level, message, told):
    said = {"name": task, "id": "1", "runtime": 0.1, "return_value": "None"}
    assert is_told("celery.app.trace", level, message, said) is told


@pytest.mark.parametrize(("path", "told"), [("/readyz", False), ("/p/refunds/", True)])
def test_asking_for_readiness_is_no_line(path, told):
    assert is_told("django.request", logging.ERROR, "%s: %s", "Service Unavailable", path) is told


def test_a_line_without_values_is_told():
    assert is_told("django.request", logging.ERROR, "Broken")


def test_what_is_missing_is_told_once_and_its_end_too(caplog):
    told = Told()
    with caplog.at_level(logging.INFO, logger="rubricstudio.views"):
        told.tell({"database": None, "worker": None})
        told.tell({"database": None, "worker": "no worker or beat for 31 seconds"})
        told.tell({"database": None, "worker": "no worker or beat for 41 seconds"})
        told.tell({"database": None, "worker": None})
    assert caplog.messages == ["not ready: no worker or beat for 31 seconds", "ready again"]
