"""The rubric file: one JSON document, published as it stands."""

from __future__ import annotations

from pathlib import Path

from labeling import strict_json
from labeling.authoring import publish_spec
from labeling.errors import DomainError, Problem, Problems
from labeling.importing.context import Loading
from labeling.importing.report import Counts
from labeling.spec import parse_rubric
from labeling.strict_json import InvalidJson

MAX_BYTES = 16 * 1024**2


def load_rubric(loading: Loading, path: Path) -> Counts:
    """Publish the rubric, unless its latest version says the same."""
    try:
        with path.open("rb") as stream:
            value = strict_json.loads(stream.read(MAX_BYTES + 1), max_bytes=MAX_BYTES)
        version, new = publish_spec(loading.project, parse_rubric(value), by=loading.by)
    except InvalidJson as error:
        column = f"column {error.column}" if error.column else ""
        return _refused(loading, error.line or 0, [Problem(column, error.message)])
    except Problems as error:
        return _refused(loading, 0, error.problems)
    except DomainError as error:
        return _refused(loading, 0, [Problem("", str(error))])
    loading.version = version
    return Counts(new=int(new), same=int(not new))


def _refused(loading: Loading, line: int, problems: list[Problem]) -> Counts:
    loading.faults.refuse_file("rubric", line, problems)
    loading.rubric_refused = True
    return Counts(rejected=1)
