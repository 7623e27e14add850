"""The Celery app. The broker only wakes workers; the truth about a job is its row in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubricstudio.settings")

app = Celery("rubricstudio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
