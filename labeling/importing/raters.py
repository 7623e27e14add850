"""Raters named in files: members of the project, or new users who cannot log in yet."""

from __future__ import annotations

from django.db.models import Case, Value, When

from labeling import locks
from labeling.importing.context import Loading
from labeling.models import Membership, Role, User


def users_of(loading: Loading, names: list[str]) -> dict[str, int]:
    """The users these raters are already, by the names in the file.

    A member of that username is that person, but one who was made here before comes first:
    otherwise a later member of the same name would take over the earlier judgements.
    """
    here = {_local(loading, name): name for name in names}
    wanted = [*names, *here]
    members = User.objects.filter(memberships__project=loading.project, username__in=wanted)
    local_first = Case(When(username__in=list(here), then=Value(1)), default=Value(0))
    found = members.distinct().order_by(local_first).values_list("username", "pk")
    return {here.get(username, username): pk for username, pk in found}


def make_users(loading: Loading, names: list[str]) -> dict[str, int]:
    """Inactive experts of the project. A username that a stranger has gets `@project` added."""
    loading.cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [locks.RATERS])
    strangers = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    made = {}
    for name in names:
        username = _local(loading, name) if name in strangers else name
        user = User(username=username, is_active=False)
        user.set_unusable_password()
        made[name] = user
    User.objects.bulk_create(made.values(), batch_size=1000)
    Membership.objects.bulk_create(
        Membership(project=loading.project, user=user, role=Role.EXPERT) for user in made.values()
    )
    return {name: user.pk for name, user in made.items()}


def _local(loading: Loading, name: str) -> str:
    return f"{name}@{loading.project.slug}"
