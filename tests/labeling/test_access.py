"""Fetching a project for somebody: what they may do comes with it, for them and that once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from labeling.access import overseen_project, roles, run_project, visible_project
from labeling.models import Membership, Project
from tests import factories


def test_project_and_roles_come_in_one_query(project, django_assert_num_queries):
    erin = factories.member(project, "erin", "viewer", "expert")
    with django_assert_num_queries(1):
        found = overseen_project(erin, project.slug)
        assert roles(erin, found) == {"viewer", "expert"}
    assert found == project


def test_roles_that_came_along_are_nobody_elses(project, carol, ana):
    found = visible_project(carol, project.slug)
    assert roles(ana, found) == {"expert"}
    assert roles(carol, found) == {"admin"}


def test_role_taken_away_is_gone_at_the_next_fetch(project, carol):
    run_project(carol, project.slug)
    Membership.objects.filter(project=project, user=carol).update(role="viewer")
    assert roles(carol, overseen_project(carol, project.slug)) == {"viewer"}
    with pytest.raises(PermissionDenied):
        run_project(carol, project.slug)
    Membership.objects.filter(project=project, user=carol).delete()
    with pytest.raises(Http404):
        visible_project(carol, project.slug)


def test_project_fetched_otherwise_knows_no_roles(project, carol):
    plain = Project.objects.get(pk=project.pk)
    assert plain.held is None
    assert roles(carol, plain) == {"admin"}


def test_superuser_runs_every_project_and_keeps_their_own_roles(project):
    root = factories.user("root", is_superuser=True)
    assert roles(root, run_project(root, project.slug)) == {"admin"}
    Membership.objects.create(project=project, user=root, role="expert")
    assert roles(root, run_project(root, project.slug)) == {"admin", "expert"}
    with pytest.raises(Http404):
        visible_project(root, "elsewhere")


def test_role_in_another_project_opens_nothing(project):
    eve = factories.member(factories.project("foreign"), "eve", "admin")
    with pytest.raises(Http404):
        visible_project(eve, project.slug)
