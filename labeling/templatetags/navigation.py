"""What the project's navigation asks: which doors are open to the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import template
from django.template.context import RequestContext

from labeling.access import roles
from labeling.models import Project, Role, User
from labeling.models.people import ADJUDICATING

register = template.Library()


@dataclass(frozen=True, slots=True)
class Doors:
    """Groups of pages; the pages themselves check again."""

    oversees: bool
    authors: bool
    runs: bool
    rates: bool
    rules: bool


@register.simple_tag(takes_context=True)
def project_doors(context: RequestContext, project: Project) -> Doors:
    """The doors for the request's user. `include … only` keeps the request, unlike its values."""
    user = cast(User, context.request.user)
    held = roles(user, project)
    return Doors(
        oversees=bool(held & {Role.ADMIN, Role.AUTHOR, Role.VIEWER}),
        authors=bool(held & {Role.ADMIN, Role.AUTHOR}),
        runs=Role.ADMIN in held,
        rates=Role.EXPERT in held,
        rules=bool(held & ADJUDICATING),
    )
