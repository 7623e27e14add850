"""Keys of people's scripts: issued once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db.models.functions import Now

from labeling.models import ApiToken, User


def token_hash(token: str) -> str:
    """Tokens are long and random, so one round of SHA-256 is enough to keep them."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(user: User, *, name: str, days: int | None = None) -> str:
    """Make a token for the user's scripts; this is the only time its text is known."""
    token = f"rs_{secrets.token_urlsafe(32)}"
    expires = None if days is None else Now() + timedelta(days=days)
    ApiToken.objects.create(user=user, name=name, hash=token_hash(token), expires_at=expires)
    return token
