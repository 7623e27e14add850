"""The Celery app of beat, which only sends names when they are due: no tasks, no Django apps."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubricstudio.settings")

app = Celery("rubricstudio", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
