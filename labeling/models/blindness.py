"""What a batch hides from those who rate in it: one policy for querysets, pages and serializers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy


class Blindness(models.TextChoices):
    """What an expert may not see while the batch is open."""

    FULL = "full", gettext_lazy("Peers, generators and grades hidden")
    PEERS = "peers", gettext_lazy("Peers and grades hidden, generators shown")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of a batch beside the responses and their own work.

    `peers`: others' ratings, comments and counts. `generators`: who wrote a response. `grades`:
    what graders said. `gold`: settled answers that the batch checks its experts by.
    """

    peers: bool
    generators: bool
    grades: bool
    gold: bool

    @classmethod
    def blind(cls, blindness: str) -> Self:
        """Of somebody who rates in a batch of this blindness that is not closed."""
        shown = blindness == Blindness.PEERS
        return cls(peers=False, generators=shown, grades=False, gold=False)

    @classmethod
    def whole(cls) -> Self:
        """Of somebody who rates nothing there, or of whom the closed batch wants nothing more."""
        return cls(peers=True, generators=True, grades=True, gold=True)
