"""The rubric file, in any format: one rubric, published as it stands, or those of single items."""

from __future__ import annotations

from pathlib import Path

from labeling.authoring import judged, publish_spec
from labeling.errors import DomainError, Problem, Problems
from labeling.importing.context import Loading
from labeling.importing.report import Counts
from labeling.language import gettext, ngettext
from labeling.lint import Severity
from labeling.models import RubricVersion
from labeling.rubric_formats import detect, parse, read
from labeling.spec import RubricSpec
from labeling.strict_json import InvalidJson

MAX_BYTES = 64 * 1024**2
# A tree of thousands of leaves is linted on its page: whoever loads it waits for the load only.
LINTED = 500


def load_rubric(loading: Loading, path: Path) -> Counts:
    """Publish the rubric, unless its latest version says the same.

    Rubrics of single items wait in `loading.item_rubrics` until the items are there. What the lint
    finds in a rubric made elsewhere is told (`loading.findings`) and refuses nothing.
    """
    try:
        with path.open("rb") as stream:
            value = parse(stream.read(MAX_BYTES + 1), max_bytes=MAX_BYTES)
        form = detect(value)
        found = read(value, form, title=path.stem.replace("_", " "))
        loading.notes.append(
            gettext("The rubric file is read as %(format)s.") % {"format": gettext(form.title)}
        )
        if not isinstance(found, RubricSpec):
            loading.item_rubrics = found
            return Counts()
        version, new = publish_spec(loading.project, found, by=loading.by)
    except InvalidJson as error:
        column = gettext("column %(column)s") % {"column": error.column} if error.column else ""
        return _refused(loading, error.line or 0, [Problem(column, error.message)])
    except Problems as error:
        return _refused(loading, 0, error.problems)
    except DomainError as error:
        return _refused(loading, 0, [Problem("", str(error))])
    loading.version = version
    _lint(loading, version, found)
    return Counts(new=int(new), same=int(not new))


def _lint(loading: Loading, version: RubricVersion, spec: RubricSpec) -> None:
    """Errors and warnings that nobody has let stand, or that there were too many to look."""
    if (count := len(spec.criteria)) > LINTED:
        words = gettext(
            "%(count)s criteria are not linted while they are loaded; the rubric's page does it."
        )
        loading.notes.append(words % {"count": f"{count:,}"})
        return
    open_ = [one.finding for one in judged(version.rubric, spec) if one.is_open]
    loading.findings = [one for one in open_ if one.severity != Severity.HINT]
    if found := len(loading.findings):
        words = ngettext(
            "The lint has %(n)s finding in the rubric; it is published as it stands.",
            "The lint has %(n)s findings in the rubric; it is published as it stands.",
            found,
        )
        loading.notes.append(words % {"n": found})


def _refused(loading: Loading, line: int, problems: list[Problem]) -> Counts:
    loading.faults.refuse_file("rubric", line, problems)
    loading.rubric_refused = True
    return Counts(rejected=1)
