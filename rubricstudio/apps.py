from django.apps import AppConfig

# Imported with the Django apps, so that `.delay()` in the web process finds our broker.
from rubricstudio.celery import app as celery_app

__all__ = ["RubricStudioConfig", "celery_app"]


class RubricStudioConfig(AppConfig):
    """Wiring: settings, addresses, the Celery app."""

    name = "rubricstudio"
