"""A measured batch whose every place is taken, and the planning page's own form."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from labeling.models import Batch, Project, QueueEntry, User
from tests.web.measured import Stage, measure, rated

# two agree on 3, differ on 1; nobody is clear with two
TABLE = ["11", "00", "11", "10"]
ASK = {"hours": "1", "more": "1", "seconds": "60"}


def url(project: Project, **query: object) -> str:
    return reverse("planning", args=[project.slug], query=query)


def counted(batch: Batch) -> None:
    """The queue as the desk would have left it: every place of the design is taken."""
    QueueEntry.objects.filter(batch=batch).update(taken=batch.overlap)


def planned(project: Project, raters: list[User], table: list[str]) -> Stage:
    stage = rated(project, raters, table, name="First round")
    counted(stage.batch)
    measure(stage.batch)
    return stage


def posted(client: Client, page, **more: str):
    """Send the page's own assigning form."""
    budget, run = page.context["budget"], page.context["run"]
    data = {"batch": run.batch_id, "seats": budget.seats, **more}
    project = page.context["project"]
    return client.post(reverse("planning_assign", args=[project.slug]), data)
