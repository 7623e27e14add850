"""Sessions in the database, read together with the person they belong to in one round trip."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import connection

from labeling.models import User

# Whom a session belonged to when it was last read here: what to read with it, not what is believed.
KEPT = 4096
_people: dict[str, int] = {}

_COLUMNS = [field.column for field in User._meta.concrete_fields]
_NAMES = [field.attname for field in User._meta.concrete_fields]
_QUOTED = ", ".join(f'u."{column}"' for column in _COLUMNS)
READ = f"""
    SELECT s.session_data, {_QUOTED} FROM django_session s LEFT JOIN labeling_user u ON u.id = %s
    WHERE s.session_key = %s AND s.expire_date > statement_timestamp()
"""


class SessionStore(db.SessionStore):
    """Django's own, which also has the person at hand after it was read."""

    person: User | None = None

    def load(self) -> dict[str, object]:
        """What the session holds; a new one where it is unknown or ended."""
        key = self.session_key
        with connection.cursor() as cursor:
            cursor.execute(READ, [_people.get(key or ""), key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data = self.decode(row[0])
        if row[1] is not None:
            self.person = User.from_db(connection.alias, _NAMES, row[1:])
        _remember(key, data.get(SESSION_KEY))
        return data

    def save(self, must_create: bool = False) -> None:
        """Write the session as Django does."""
        super().save(must_create)
        _remember(self.session_key, self.get(SESSION_KEY))


def _remember(key: str | None, person: object) -> None:
    if key is None or not str(person).isdecimal():
        return
    # Other threads do the same at the same time.
    if len(_people) >= KEPT:
        _people.clear()
    _people[key] = int(str(person))
