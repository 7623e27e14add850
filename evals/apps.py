from django.apps import AppConfig


class EvalsConfig(AppConfig):
    """What is derived: measuring, grading, selecting, exporting."""

    name = "evals"
    verbose_name = "Evals"

    def ready(self) -> None:
        from evals.importing_grades import graders_of, load_grades
        from labeling import importing

        # Grades are rows of this app, but they come in the same load as what they are about.
        importing.register("grades", load_grades)
        importing.register_machines("grader", graders_of)
