"""How passwords are checked: every log-in, by whatever page, goes through the same throttle."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from labeling import throttling
from labeling.models import User

log = logging.getLogger(__name__)

_at_hand: ContextVar[User | None] = ContextVar("at_hand", default=None)


@contextmanager
def at_hand(person: User | None) -> Iterator[None]:
    """Within it, this person was just read and is not read again."""
    before = _at_hand.set(person)
    try:
        yield
    finally:
        _at_hand.reset(before)


class ThrottledBackend(ModelBackend):
    """Django's own check behind the throttle. Raises TooManyTries while a door is closed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person of this name and password. For an unknown name it takes as long as for one."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        tried = throttling.begin(username, throttling.address_of(request))
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            # Not the name: people type their password into the wrong field.
            log.warning("log-in refused from %s", tried.address)
            return None
        throttling.right(tried, user)
        log.info("user %s logged in from %s", user.pk, tried.address)
        return user

    def get_user(self, user_id: int) -> User | None:
        """The person of this key who may log in; None for no such person."""
        person = _at_hand.get()
        if person is None or person.pk != user_id:
            return super().get_user(user_id)
        return person if self.user_can_authenticate(person) else None
