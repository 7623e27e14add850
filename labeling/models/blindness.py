"""What a batch hides from those who rate in it: one policy for querysets, pages and serializers.

Who is blind, and what that hides, is said here and nowhere else: `Batch.objects.hiding` tells
queries which batches to leave out, `sight_of` tells a page what it may show of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from labeling.models.people import User

type Seen = Literal["peers", "generators", "grades", "gold", "ids"]


class Blindness(models.TextChoices):
    """What an expert may not see while the batch is open."""

    FULL = "full", gettext_lazy("Peers, generators and grades hidden")
    PEERS = "peers", gettext_lazy("Peers and grades hidden, generators shown")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of a batch beside the responses and their own work.

    `peers`: others' ratings, comments and counts. `generators`: who wrote a response. `grades`:
    what graders said. `gold`: settled answers that the batch checks its experts by. `ids`: how
    items and responses are called, which may tell who wrote them or what they are there for.
    """

    peers: bool
    generators: bool
    grades: bool
    gold: bool
    ids: bool

    @classmethod
    def blind(cls, blindness: str) -> Self:
        """Of somebody who rates in a batch of this blindness that is not closed."""
        shown = blindness == Blindness.PEERS
        return cls(peers=False, generators=shown, grades=False, gold=False, ids=False)

    @classmethod
    def whole(cls) -> Self:
        """Of somebody who rates nothing there, or of whom the closed batch wants nothing more."""
        return cls(peers=True, generators=True, grades=True, gold=True, ids=True)


def hidden_from(user: User, *asked: Seen) -> Q:
    """Batches that do not show the person all of this."""
    hides = [one for one in Blindness if not all(getattr(Sight.blind(one), name) for name in asked)]
    here = blind_for(user)
    return here if len(hides) == len(Blindness) else here & Q(blindness__in=hides)


def blind_for(user: User) -> Q:
    """Batches that are not closed in which the person holds a seat, whatever became of it."""
    # The model stands above this module.
    seats = apps.get_model("labeling", "Assignment")._default_manager
    held = seats.filter(batch=OuterRef("pk"), rater=user)
    return ~Q(state="closed") & Q(Exists(held))
