"""Who wrote the responses: known generators, and those that a file brings along."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from labeling.errors import Problem
from labeling.formats.responses import GeneratorRef
from labeling.importing import staging
from labeling.importing.context import Loading
from labeling.language import gettext
from labeling.models import Generator, GeneratorKind

TABLE = "incoming_generator"
COLUMNS = {
    "ref": "int",
    "id": "bigint",
    "name": "text",
    "kind": "text",
    "provider": "text",
    "params": "jsonb",
    "params_hash": "text",
    "label": "text",
}
NO_PARAMS = hashlib.sha256(b"{}").hexdigest()
# A file with a generator of its own on every line has params where metadata belong.
MOST = 10_000


@dataclass(slots=True)
class Entry:
    """A generator as known so far; `pk` is None until it is written."""

    ref: int
    pk: int | None
    kind: str
    provider: str
    generator: GeneratorRef


class Generators:
    """The project's generators by name and params while a file is read."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self._entries: dict[tuple[str, str], Entry] = {}
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        for row in Generator.objects.filter(project=loading.project).order_by("pk"):
            ref = GeneratorRef(row.name, row.kind, row.provider, "", row.params_hash)
            self._remember(row.pk, row.kind, row.provider, ref)

    def ref(self, wanted: GeneratorRef, problems: list[Problem]) -> int:
        """The number of this generator, a new one where needed; a conflict goes to `problems`."""
        entry = self._entries.get((wanted.name, wanted.params_hash))
        if entry is None:
            if len(self._entries) >= MOST:
                message = gettext("more than %(most)s generators; put what varies into `metadata`")
                problems.append(Problem("generator", message % {"most": f"{MOST:,}"}))
                return 0
            kind = wanted.kind or GeneratorKind.MODEL.value
            return self._remember(None, kind, wanted.provider or "", wanted).ref
        for name, theirs, ours in (
            ("kind", wanted.kind, entry.kind),
            ("provider", wanted.provider, entry.provider),
        ):
            if theirs is not None and theirs != ours:
                message = gettext("is %(theirs)s, but `%(name)s` is known with %(ours)s")
                said = {"theirs": theirs, "name": wanted.name, "ours": ours or gettext("none")}
                problems.append(Problem(f"generator.{name}", message % said))
        return entry.ref

    def known(self, wanted: GeneratorRef, problems: list[Problem]) -> int | None:
        """The written generator that a rating means; a name alone must be enough to tell."""
        entries = self._by_name.get(wanted.name, [])
        exact = [one for one in entries if one.generator.params_hash == wanted.params_hash]
        if len(exact or entries) == 1:
            return (exact or entries)[0].pk
        if entries:
            message = gettext("`%(name)s` runs with several params here; give `response_id`")
        else:
            message = gettext("`%(name)s` has no responses in this project")
        problems.append(Problem("generator", message % {"name": wanted.name}))
        return None

    def stage(self) -> None:
        """Bring them where SQL can join them. The label makes them tellable in derived ids."""
        cursor = self.loading.cursor
        staging.fresh(cursor, TABLE, COLUMNS)
        staging.copy(cursor, TABLE, COLUMNS, (_row(entry) for entry in self._entries.values()))

    def write_used(self, placed: str) -> None:
        """Write the new generators that some line of `placed` still needs."""
        self.loading.cursor.execute(
            f"""
            WITH made AS (
                INSERT INTO labeling_generator
                    (project_id, name, kind, provider, params, params_hash)
                SELECT %s, name, kind, provider, params, params_hash FROM {TABLE}
                WHERE id IS NULL AND ref IN (SELECT generator_ref FROM {placed}) ORDER BY ref
                RETURNING id, name, params_hash
            )
            UPDATE {TABLE} g SET id = made.id FROM made
            WHERE made.name = g.name AND made.params_hash = g.params_hash
            """,
            [self.loading.project.pk],
        )

    def _remember(self, pk: int | None, kind: str, provider: str, ref: GeneratorRef) -> Entry:
        entry = Entry(len(self._entries), pk, kind, provider, ref)
        self._entries[ref.name, ref.params_hash] = entry
        self._by_name[ref.name].append(entry)
        return entry


def _row(entry: Entry) -> tuple[object, ...]:
    one = entry.generator
    plain = one.params_hash == NO_PARAMS
    label = one.name if plain else f"{one.name}#{one.params_hash[:8]}"
    return (
        *(entry.ref, entry.pk, one.name, entry.kind, entry.provider),
        *(one.params or "{}", one.params_hash, label),
    )
