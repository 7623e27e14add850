"""Names of machines in a project: a machine is never a rater, whatever a file says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from labeling.importing.context import Loading
from labeling.models import Generator, GeneratorKind, Membership, Project

type Names = Callable[[Project], Iterable[str]]


def _generators(project: Project) -> Iterable[str]:
    """An expert who writes responses may rate others'; models and probes may not."""
    machines = Generator.objects.filter(project=project).exclude(kind=GeneratorKind.EXPERT)
    return machines.values_list("name", flat=True)


KINDS: dict[str, Names] = {"generator": _generators}


def register(kind: str, names: Names) -> None:
    """Let an app above this one name the machines that it owns."""
    KINDS[kind] = names


def among(loading: Loading, raters: Iterable[str]) -> dict[str, str]:
    """Raters who bear the name of a machine of the project, and what kind of machine that is.

    A member who can log in is a person all the same.
    """
    wanted = {name.casefold(): name for name in raters}
    members = Membership.objects.filter(project=loading.project, user__is_active=True)
    people = {name.casefold() for name in members.values_list("user__username", flat=True)}
    found = {}
    for kind, names in KINDS.items():
        for name in {one.casefold() for one in names(loading.project)} - people:
            if name in wanted:
                found[wanted[name]] = kind
    return found
