"""How passwords are checked: every log-in, by whatever page, goes through the same throttle."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from labeling import throttling
from labeling.models import User

log = logging.getLogger(__name__)


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
