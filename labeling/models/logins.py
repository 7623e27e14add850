"""What is remembered of log-ins: who tried too often, and from where people really came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.people import User


class Knock(models.Model):
    """Tries at one door, an account or an address, none of which has been seen to succeed.

    `key` is a keyed hash: neither typed names nor addresses can be read from it.
    """

    class Door(models.TextChoices):
        ACCOUNT = "account", gettext_lazy("An account, from addresses unknown to it")
        KNOWN = "known", gettext_lazy("An account, from one address known to it")
        ADDRESS = "address", gettext_lazy("Any account, from one address")

    door = models.CharField(max_length=8, choices=Door)
    key = models.CharField(max_length=64)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(db_default=Now())
    open_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "key"], name="knock_once_per_door"),
            models.CheckConstraint(
                condition=Q(door__in=["account", "known", "address"]),
                name="knock_door_known",
            ),
        ]
        indexes = [
            # sweeper: tries long past
            models.Index(fields=["tried_at"], name="knock_tried_at"),
        ]

    def __str__(self) -> str:
        return f"{self.tries} tries at {self.get_door_display()}"


class KnownAddress(models.Model):
    """An address from which a person has logged in; strangers elsewhere cannot close it to them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_addresses")
    key = models.CharField(max_length=64)
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="knownaddress_once_per_user")
        ]

    def __str__(self) -> str:
        return f"An address of {self.user}"
