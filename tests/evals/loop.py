"""The loop of commands with a worker of its own: a thread that takes tasks from memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery.contrib.testing.worker import start_worker
from django.core.management import call_command
from kombu import pools

from evals import exporting, measuring, selecting
from evals.gaps.rule import parse_rule
from evals.models import AgreementRun, Export, Selection
from labeling import runs
from labeling.models import Batch, Item, User
from rubricstudio.celery import app
from tests import factories
from tests.data.ttcw import convert

QUEUES = "default,statistics,grading,export"


@contextmanager
def worker() -> Iterator[None]:
    """A solo Celery worker of this process; nothing reaches the broker others share."""
    kept = app.conf.broker_url
    _use_broker("memory://")
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, queues=QUEUES.split(",")):
            yield
    finally:
        _use_broker(kept)


def _use_broker(url: str) -> None:
    """Also forget connections that earlier tests opened: tasks would go where nobody reads."""
    app.conf.broker_url = url
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def shell(*arguments: str) -> dict[str, Any]:
    """Run a command with --json and read its document."""
    stdout = io.StringIO()
    call_command(*arguments, "--json", stdout=stdout)
    return json.loads(stdout.getvalue())


def load_ttcw(source: Path, scratch: Path) -> None:
    files = convert(source, scratch)
    options = [text for kind, path in files.items() for text in (f"--{kind}", str(path))]
    call_command("load", "ttcw", "--create", *options, stdout=io.StringIO())


def carried_out(model: Any, run: Any, verb: Any) -> Any:
    """Do what a worker does with a run, here and now."""
    with runs.executing(model, run.pk) as attempt:
        if attempt:
            verb(attempt)
    run.refresh_from_db()
    return run


def measured(batch: Batch) -> AgreementRun:
    return carried_out(AgreementRun, measuring.start(batch)[0], measuring.measure)


def selected(project: Any, rule: dict[str, Any] | None = None, **options: Any) -> Selection:
    run, _ = selecting.start(project, parse_rule(rule or {}), **options)
    return carried_out(Selection, run, selecting.select)


def exported(selection: Selection, **options: Any) -> Export:
    return carried_out(Export, exporting.start(selection, **options)[0], exporting.write)


def rated_batch(project: Any, patterns: dict[str, list[str]], *keys: str, **fields: Any) -> Batch:
    """Items by id, each with responses of model-a, each a string of answers per criterion.

    `{"one": ["000 111"]}`: one response, first criterion 0 0 0, second 1 1 1.
    """
    version = fields.pop("version", None) or factories.published(project, *keys)
    keys = keys or ("cites_policy", "polite")
    about = fields.pop("item", {})
    made = {name: item_named(project, name, **about) for name in patterns}
    rated = [
        (factories.response(made[name]), pattern.split())
        for name, responses in patterns.items()
        for pattern in responses
    ]
    batch = factories.batch(version, [response for response, _ in rated], **fields)
    longest = max(len(answers) for _, all_ in rated for answers in all_)
    experts = [_expert(project, f"expert{n}") for n in range(longest)]
    for response, all_ in rated:
        for slot, expert in enumerate(experts[: len(all_[0])], start=1):
            values = {key: int(answers[slot - 1]) for key, answers in zip(keys, all_, strict=True)}
            factories.rating(factories.seat(batch, response, expert, slot=slot), values)
    return batch


def _expert(project: Any, name: str) -> User:
    known = User.objects.filter(username=name).first()
    return known or factories.member(project, name, "expert")


def item_named(project: Any, name: str, group_key: str = "") -> Item:
    """With a prompt of its own: rows with equal prompts never stand in both files."""
    return Item.objects.create(
        project=project,
        external_id=name,
        group_key=group_key or name,
        messages=[{"role": "user", "content": f"May I send the kettle {name} back?"}],
        content_hash=factories.digest(name),
    )
