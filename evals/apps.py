from django.apps import AppConfig


class EvalsConfig(AppConfig):
    """What is derived: measuring, grading, selecting, exporting."""

    name = "evals"
    verbose_name = "Evals"
