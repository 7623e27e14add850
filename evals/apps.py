from django.apps import AppConfig


class EvalsConfig(AppConfig):
    """What is derived: measuring, grading, selecting, exporting."""

    name = "evals"
    verbose_name = "Evals"

    def ready(self) -> None:
        from evals.graders.shapes import shape_problems
        from evals.importing_grades import graders_of, load_grades
        from labeling import checks, importing

        # Grades are rows of this app, but they come in the same load as what they are about.
        importing.register("grades", load_grades)
        importing.register_machines("grader", graders_of)
        # A check attached to a criterion is a grader of this app.
        checks.register(shape_problems)
