"""The Celery app. The broker only wakes workers; the truth about a job is its row in PostgreSQL."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubricstudio.settings")

app = Celery("rubricstudio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def load_before_forking(**_: object) -> None:
    """Load what jobs compute with once, so that the processes of the pool share its memory."""
    from evals.reliability import scientific

    scientific.load()
    gc.freeze()


@worker_ready.connect
def sweep_at_once(sender: Any, **_: object) -> None:
    """A fresh worker looks for lost runs and gives its sign of life without waiting for beat."""
    sender.app.send_task("evals.tasks.sweep")
