"""Trying passwords takes longer with every try, without strangers closing anybody's account.

A try is counted before the password is looked at and given back when it was right, so parallel
tries cannot slip through between looking and counting. Tries are counted for the address they
come from and for the account they go to. An address from which the account's owner has logged in
before has a count of its own for that account, which nobody elsewhere can drive up.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext

from labeling.errors import DomainError
from labeling.models import Knock, KnownAddress, User

log = logging.getLogger(__name__)

Door = Knock.Door
# How many tries are free, how long the first wait is, and how long later ones can get.
FREE = {Door.ACCOUNT: 5, Door.KNOWN: 10, Door.ADDRESS: 20}
FIRST_WAIT = timedelta(seconds=1)
# An account opens again soon, since it may be its owner who waits; an address need not.
LONGEST = {Door.ACCOUNT: 60, Door.KNOWN: 300, Door.ADDRESS: 900}  # times the first wait
# After so long without any try the count begins anew.
FORGET_AFTER = timedelta(hours=1)
ADDRESS_KNOWN_FOR = timedelta(days=180)

# One statement: the row is locked while it is decided whether the door is open and how long it
# is closed from now on; no row comes back when it is closed. The clock is read under the lock:
# now() is when the transaction began, which may be before the door was last opened.
KNOCK = """
    INSERT INTO labeling_knock AS k (door, key, tries, tried_at, open_at)
    VALUES (%(door)s, %(key)s, 1, clock_timestamp(), clock_timestamp())
    ON CONFLICT (door, key) DO UPDATE SET
        tried_at = clock_timestamp(),
        tries = CASE WHEN k.tried_at < now() - %(forget)s THEN 1 ELSE k.tries + 1 END,
        open_at = clock_timestamp() + CASE
            WHEN k.tried_at < now() - %(forget)s OR k.tries < %(free)s THEN interval '0'
            ELSE least(%(longest)s, power(2, least(k.tries - %(free)s, 20))) * %(first)s
        END
    WHERE k.open_at <= clock_timestamp()
    RETURNING id"""


class TooManyTries(DomainError):
    """The door is closed for some seconds; the password was not even looked at."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            gettext("Too many tries have failed. Please try again in %(seconds)s.")
            % {"seconds": in_words(seconds)}
        )


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was let through and is counted as failed until it is `right`."""

    address: str
    knocks: tuple[int, ...]


def begin(username: str, address: str) -> Try:
    """Count a try at an account. Raises TooManyTries while one of its doors is closed."""
    name = User.normalize_username(username)
    place, account = _key(address), _key(name)
    if KnownAddress.objects.filter(user__username=name, key=place).exists():
        return Try(address, _knock([(Door.KNOWN, _key(f"{account} {place}"))]))
    return Try(address, _knock([(Door.ACCOUNT, account), (Door.ADDRESS, place)]))


def right(tried: Try, user: User) -> None:
    """The password was right: the try is given back, and the address is known from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_knock SET open_at = least(open_at, clock_timestamp()),"
            " tries = CASE door WHEN 'known' THEN 0 ELSE greatest(tries - 1, 0) END"
            " WHERE id = ANY(%s)",
            [list(tried.knocks)],
        )
    KnownAddress.objects.update_or_create(
        user=user, key=_key(tried.address), defaults={"last_at": Now()}
    )


def forget() -> None:
    """Drop counts that have begun anew and addresses nobody has come from for long."""
    Knock.objects.filter(tried_at__lt=Now() - FORGET_AFTER).delete()
    KnownAddress.objects.filter(last_at__lt=Now() - ADDRESS_KNOWN_FOR).delete()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: the peer, or what the last of our own proxies saw.

    A client writes into X-Forwarded-For what it likes, so only entries of our proxies count.
    An IPv6 customer holds a whole /64, so that stands for one address.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        address = seen[-settings.PROXY_COUNT].strip() if len(seen) >= settings.PROXY_COUNT else ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def in_words(seconds: int) -> str:
    """A wait as people say it."""
    if seconds < 90:
        return (
            gettext("a second")
            if seconds <= 1
            else gettext("%(seconds)s seconds") % {"seconds": seconds}
        )
    return gettext("%(value)s minutes") % {"value": -(-seconds // 60)}


def _knock(doors: Sequence[tuple[Door, str]]) -> tuple[int, ...]:
    """Count the try at every door, or at none when one is closed."""
    with transaction.atomic():
        numbers = [_knock_once(door, key) for door, key in doors]
        if None in numbers:
            transaction.set_rollback(True)
    if None in numbers:
        raise TooManyTries(_wait(doors))
    return tuple(number for number in numbers if number is not None)


def _knock_once(door: Door, key: str) -> int | None:
    values: dict[str, Any] = {
        "door": door.value,
        "key": key,
        "forget": FORGET_AFTER,
        "free": FREE[door],
        "longest": LONGEST[door],
        "first": FIRST_WAIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOCK, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _wait(doors: Sequence[tuple[Door, str]]) -> int:
    """Whole seconds until all of them are open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(1, ceil(extract(epoch FROM max(open_at) - clock_timestamp())))"
            " FROM labeling_knock WHERE door = ANY(%s) AND key = ANY(%s)",
            [[door.value for door, _ in doors], [key for _, key in doors]],
        )
        return int(cursor.fetchone()[0])


def _key(text: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256").hex()
