"""What a foreign file said otherwise than we would write it, and how it is put back.

For each object we note how it differs from what our writer makes of the criterion. Writing it
again takes the difference back in, but only where our writer still makes the same as then: what
an author has changed since is written as it reads now.
"""

from __future__ import annotations

import hashlib

from labeling.strict_json import dumps

type Json = dict[str, object]


def difference(fresh: Json, raw: Json) -> Json:
    """What turns `fresh` into `raw`: keys beside, keys that say otherwise, keys left out."""
    beside = {key: value for key, value in raw.items() if key not in fresh}
    otherwise = {
        key: [mark(fresh[key]), value]
        for key, value in raw.items()
        if key in fresh and dumps(fresh[key]) != dumps(value)
    }
    without = {key: mark(value) for key, value in fresh.items() if key not in raw}
    parts = {"beside": beside, "otherwise": otherwise, "without": without}
    return {name: part for name, part in parts.items() if part}


def put_back(fresh: Json, said: Json) -> Json:
    """`fresh` with the noted difference, where it still is what it was then."""
    otherwise, without = _part(said, "otherwise"), _part(said, "without")
    made = {}
    for key, value in fresh.items():
        if without.get(key) == mark(value):
            continue
        noted = otherwise.get(key)
        is_same = isinstance(noted, list) and len(noted) == 2 and noted[0] == mark(value)
        made[key] = noted[1] if is_same and isinstance(noted, list) else value
    return made | {key: value for key, value in _part(said, "beside").items() if key not in made}


def mark(value: object) -> str:
    """A short text that is the same for equal values only."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()[:16]


def _part(said: Json, name: str) -> Json:
    part = said.get(name)
    return part if isinstance(part, dict) else {}
