"""The plain submission, recorded at once; whatever is odd about one is left to the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from labeling import rating
from labeling.forms.desk import answers_in
from labeling.models import RubricVersion, User

# Versions that submissions name, as they were read first. The database compares them with its own.
KEPT = 256
known_versions: dict[int, RubricVersion] = {}

HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Plain:
    """What every submission says, as the form reads it."""

    submission_id: UUID
    version: RubricVersion
    active_ms: int | None


def at_once(
    body: Mapping[str, Any], seat: int, *, by: User, as_json: bool
) -> rating.Submitted | None:
    """Record a plain submission and claim the next seat; None when it is not plain."""
    said = _read(body)
    # An address may name any number; the database knows none beyond this.
    if said is None or seat > HIGHEST_ID:
        return None
    if isinstance(body, QueryDict):
        answers: Any = answers_in(body, said.version)
    else:
        answers = body.get("answers") if as_json else None
    done = rating.submit_and_next(
        seat,
        answers,
        submission_id=said.submission_id,
        version=said.version,
        active_ms=said.active_ms,
        by=by,
    )
    if done is None:
        # Perhaps what is kept of the version is not true any more.
        known_versions.pop(said.version.pk, None)
    return done


def _read(body: Mapping[str, Any]) -> Plain | None:
    number, version, given = body.get("active_ms"), body.get("version"), body.get("submission_id")
    if body.get("corrects") or not isinstance(given, str):
        return None
    try:
        active_ms = None if number in (None, "") else _whole(number)
        found = _version(_whole(version))
        return None if found is None else Plain(UUID(given), found, active_ms)
    except ValueError:
        return None


def _whole(value: object) -> int:
    """A whole number as scripts and forms send one. Raises ValueError."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
        return value
    raise ValueError


def _version(pk: int) -> RubricVersion | None:
    """A published version by its key."""
    found = known_versions.get(pk)
    if found is None:
        found = RubricVersion.objects.exclude(status="draft").filter(pk=pk).first()
        if found is None:
            return None
        # Other threads do the same at the same time.
        if len(known_versions) >= KEPT:
            known_versions.clear()
        known_versions[pk] = found
    return found
