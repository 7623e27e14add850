"""What processes load at their start: each start pays for it, and so does each process's memory."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORT = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"


def loaded(statements: str) -> set[str]:
    """The packages that a fresh process knows after some statements."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"{statements}\n{REPORT}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_web_has_loaded_every_page_before_the_first_request_and_nothing_to_compute_with():
    found = loaded("import sys, rubricstudio.wsgi; assert 'evals.views.units' in sys.modules")
    assert {"django", "psycopg", "rest_framework"} <= found
    assert not found & {"scipy", "krippendorff"}


def test_tasks_and_commands_are_known_without_what_jobs_compute_with():
    found = loaded(
        "import django; django.setup(); import evals.tasks\n"
        "from django.core.management import get_commands, load_command_class\n"
        "for name, app in get_commands().items():\n"
        "    if app in ('evals', 'labeling', 'rubricstudio'): load_command_class(app, name)"
    )
    assert not found & {"scipy", "krippendorff"}


def test_beat_knows_when_and_nothing_of_the_product():
    found = loaded("from rubricstudio.beat import app; app.loader.init_worker(); app.finalize()")
    assert "celery" in found
    assert not found & {"labeling", "evals", "psycopg", "numpy"}


def test_beat_sends_what_workers_know():
    from evals import tasks  # noqa: F401
    from rubricstudio.beat import app as beat
    from rubricstudio.celery import app

    # Made last, beat's app would be what every task of this process is sent by.
    app.set_current()
    sent = {entry["task"] for entry in beat.conf.beat_schedule.values()}
    assert sent
    assert sent <= set(app.tasks)
    assert beat.conf.task_routes == app.conf.task_routes
    assert beat.conf.broker_url == app.conf.broker_url


def test_processes_of_a_worker_share_what_they_compute_with():
    found = loaded(
        "import sys; from celery.signals import worker_init; import rubricstudio.celery\n"
        "assert 'scipy' not in sys.modules\n"
        "worker_init.send(sender=None)"
    )
    assert "scipy" in found
