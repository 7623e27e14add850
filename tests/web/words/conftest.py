"""Two projects, made once for a file: one with everything there is, one with all ways of rating."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings
from django.urls import get_resolver, reverse

from labeling import asking_again, assigning, authoring
from labeling.models import Batch, Project, RubricVersion, User
from tests import factories
from tests.browser.everyone.scene import Place, laid_out
from tests.contracts.test_contracts import addresses
from tests.labeling import moving
from tests.made_once import made_once
from tests.web.desk.planted import Planted, planted
from tests.web.desk.test_blind_everywhere import filled, values
from tests.web.words import faulty


@dataclass(frozen=True, slots=True)
class Stage:
    """Both projects, and who meets the pages of the first: an expert, an admin, an adjudicator."""

    world: Planted
    people: tuple[User, ...]
    # What every route is filled with.
    paths: dict[str, list[str]]
    # Pages of the second project, each with the person who meets it.
    places: list[Place]


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Made once: reading changes nothing, and each test takes back what it sent."""
    media = tmp_path_factory.mktemp("media")
    with made_once(django_db_blocker), override_settings(MEDIA_ROOT=media):
        project = factories.project()
        ana = factories.member(project, "ana", "expert")
        carol = factories.member(project, "carol", "admin")
        world = planted(project, ana, carol)
        known = values(world)
        paths = {route: filled(route, world, known) for route, _ in addresses(get_resolver())}
        places = [*_all_ways(), *_faulty()]
        # Thousands of refusals, each with the way it took, are worked out for nobody.
        logging.disable(logging.WARNING)
        # A name that reads like a word of the product would hide that word.
        for one in Batch.objects.all():
            Batch.objects.filter(pk=one.pk).update(name=f"{one.name} of March")
        yield Stage(world, (ana, carol, world.chair.rater), paths, places)
        logging.disable(logging.NOTSET)


def _all_ways() -> list[Place]:
    """Every page an expert meets, in each way of rating and after each turn, and its batch."""
    project = factories.project("everyone", "All ways")
    una = factories.member(project, "una", "expert")
    admin = factories.member(project, "carla", "admin")
    made = laid_out(project, una, admin, factories.member(project, "judy", "adjudicator"))
    places = [one for one in made.places.values() if one.who is not None]
    places += _asked_again(una, admin)
    batches = Batch.objects.filter(project=project)
    places += [Place(one.get_absolute_url(), admin) for one in batches]
    return places + [Place(f"/desk/{one.pk}/", una) for one in batches]


def _faulty() -> list[Place]:
    """An import that a worker, who speaks English, has found faults in."""
    project = factories.project("faulty", "Faulty files")
    fay = factories.member(project, "fay", "admin")
    run = faulty.upload(project, fay)
    assert (run.state, len(run.problems)) == ("waiting", 68)
    page = reverse("import", args=[project.slug, run.pk])
    return [Place(page, fay), Place(f"{page}?page=2", fay)]


def _asked_again(una: User, admin: User) -> list[Place]:
    """A batch that has moved on to another version, and what is asked again in it."""
    project: Project = factories.project("moved", "Moved on")
    for person, role in ((una, "expert"), (admin, "admin")):
        factories.member(project, person.username, role)
    batch = moving.opened(project, 2, overlap=1)
    moving.submit(assigning.claim_next(batch, una))
    asking_again.move_forward(batch, _second_version(project), by=admin)
    batch.refresh_from_db()
    seat = assigning.claim_next(batch, una)
    mine = [Place(f"/desk/seat/{seat.pk}/", una), Place(batch.get_absolute_url(), admin)]
    return mine + _third_version(project, admin)


def _second_version(project: Project) -> RubricVersion:
    levels = [{"value": at, "label": label} for at, label in enumerate(("Curt", "Warm", "Warmer"))]
    rescaled = {**moving.POLITE, "scale": {"type": "ordinal", "levels": levels}}
    spec = moving.spec(moving.REWORDED, rescaled, moving.COMPLETE)
    return authoring.publish_spec(project, spec, by=None)[0]


def _third_version(project: Project, admin: User) -> list[Place]:
    """A draft with everything that can be said of one: changes of all kinds, findings, classes."""
    rubric = project.rubrics.get()
    # As tags the words that a finding names are known to be data.
    vague = {
        "criterion": "Is good, clear etc. and polite.",
        "tags": ["good", "clear", "polite", "etc."],
    }
    spec = moving.spec(
        {**moving.REWORDED, **vague, "points": 3},
        {**moving.POLITE, "weight_class": "essential"},
        {**moving.SHORT, "points": -1, "weight_class": "pitfall", "gate": True},
    )
    number = authoring.draft_of(rubric, by=admin).number
    authoring.save_as_draft(rubric, spec, number=number, edit=0, by=admin)
    pages = ("", "edit", "lint", "publish", "compare", "compare?from=1&to=2", "export")
    return [Place(f"{rubric.get_absolute_url()}{page}", admin) for page in pages]
