"""promptfoo: assertions of a test, `llm-rubric` for what is judged, others for what code decides.

A test's score is the weighted mean of its assertions; an assert-set is one of them with a mean of
its own. `not-` in front of a type turns it round.
"""

from __future__ import annotations

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.rubric_formats import kept, trees
from labeling.rubric_formats.assertions import assertion, is_assertion, said_of
from labeling.rubric_formats.base import (
    Entry,
    Format,
    ItemRubric,
    Json,
    Read,
    assemble,
    extra_of,
    objects,
    of_item,
    with_extras,
    with_head,
)
from labeling.rubric_formats.cautions import reversed_pitfalls
from labeling.rubric_formats.numbers import points_of
from labeling.rubric_formats.regrowing import Branch, branches_of, leaf_of, regrow, remembered
from labeling.spec import CriterionSpec, RubricSpec
from labeling.spec.fields import Fields

SLUG = "promptfoo"
_NAMES = {"criterion": "value", "points": "weight", "name": "metric", "check": "value"}


def _text(raw: Json) -> str:
    metric = raw.get("metric")
    return metric if isinstance(metric, str) and metric.strip() else "Set of assertions"


_SHAPE = trees.Shape("assert", _text, lambda raw: "assert" in raw, default_weight=1)


def _recognises(data: object) -> bool:
    entries = objects(data)
    if entries is not None:
        return all(map(is_assertion, entries)) or all(map(_is_test, entries))
    return isinstance(data, dict) and (_is_test(data) or _is_config(data))


def _is_test(data: Json) -> bool:
    entries = objects(data.get("assert"))
    return entries is not None and all(map(is_assertion, entries))


def _is_config(data: Json) -> bool:
    tests = objects(data.get("tests"))
    return tests is not None and all("assert" in test or "vars" in test for test in tests)


def _read(data: object, title: str) -> Read:
    entries = objects(data)
    if isinstance(data, dict) and _is_config(data):
        tests = objects(data["tests"]) or []
        return [_item(test, f"tests[{at}]") for at, test in enumerate(tests)]
    if entries is not None and not is_assertion(entries[0]):
        return [_item(test, f"[{at}]") for at, test in enumerate(entries)]
    if isinstance(data, dict):
        return _rubric(data, "", str(data.get("description") or title), "test")
    return _rubric({"assert": data}, "", title, "list")


def _item(test: Json, where: str) -> ItemRubric:
    """A test as the rubric of one item, which it must name."""
    metadata, values = test.get("metadata"), test.get("vars")
    places = (metadata, values, {"id": test.get("description")})
    ids = [place.get("id") for place in places if isinstance(place, dict)]
    name = next((one for one in ids if isinstance(one, str) and one.strip()), None)
    if name is None:
        message = _("is missing; it, `vars.id` or `description` says which item the test is for")
        raise Problems([Problem(f"{where}.metadata.id", message)])
    if not _is_test(test):
        raise Problems(
            [
                Problem(
                    f"{where}.assert",
                    _("must be a list of assertions with a type"),
                )
            ]
        )
    return ItemRubric({"id": name}, _rubric(test, f"{where}.", of_item(name), "test"))


def _rubric(whole: Json, prefix: str, title: str, form: str) -> RubricSpec:
    tree = trees.walk(whole, _SHAPE)
    is_flat = len(tree.branches) == 1
    worth = [None] * len(tree.leaves) if is_flat else trees.points(tree, _SHAPE)
    problems = [Problem(f"{prefix}{one.where}", one.message) for one in tree.problems]
    parents = [branch.parent for branch in tree.branches]
    sections = trees.paths(parents, [remembered(_text(one.raw)) for one in tree.branches])
    entries = []
    for leaf, points in zip(tree.leaves, worth, strict=True):
        raw = leaf.raw if is_flat else trees.without(leaf.raw, "weight")
        fields = Fields(leaf.raw, f"{prefix}{leaf.where}", problems)
        said = {
            **said_of(fields),
            "points": points_of(leaf.raw.get("weight", 1)) if is_flat else points,
            "path": sections[leaf.parent or 0],
        }
        entries.append(Entry(fields.where, said, raw, _NAMES))
    spec = assemble(title, entries, problems=problems, list_name=f"{prefix}assert")
    head: Json = {"form": form, "beside": trees.without(whole, "assert")}
    if is_flat:
        return with_head(with_extras(spec, entries, SLUG, assertion), SLUG, head)
    places: list[Json] = [{"leaf": trees.standing(leaf)} for leaf in tree.leaves]
    spec = with_extras(spec, entries, SLUG, _unweighted, places)
    return with_head(spec, SLUG, {**head, "nodes": trees.nodes_of(tree, _SHAPE)})


def _unweighted(criterion: CriterionSpec) -> Json:
    return trees.without(assertion(criterion), "weight")


def _write(spec: RubricSpec) -> object:
    head = extra_of(spec, SLUG)
    known = branches_of(head.get("nodes"), _SHAPE)
    if known or any(one.path for one in spec.criteria):
        asserts = _in_sets(spec, known or [Branch({}, "", None, 0, 1)])
    else:
        asserts = [kept.put_back(assertion(one), extra_of(one, SLUG)) for one in spec.criteria]
    if head.get("form") == "list":
        return asserts
    beside = head.get("beside")
    told = beside if isinstance(beside, dict) else {"description": spec.title}
    return {**told, "assert": asserts}


def _in_sets(spec: RubricSpec, known: list[Branch]) -> list[Json]:
    """The assertions, those of a section in a set of their own."""
    leaves = [leaf_of(extra_of(one, SLUG).get("leaf"), _SHAPE) for one in spec.criteria]
    grown = regrow(spec.criteria, leaves, known)
    sets = [
        _set(branch, weight)
        for branch, weight in zip(grown.branches, grown.branch_weights, strict=True)
    ]
    written = []
    for criterion, weight in zip(spec.criteria, grown.leaf_weights, strict=True):
        said = extra_of(criterion, SLUG)
        stood = said.get("leaf")
        is_unsaid = isinstance(stood, dict) and "weight" not in stood and weight == 1
        made = kept.put_back(_unweighted(criterion), said)
        written.append(made if is_unsaid else {**made, "weight": weight})
    for index, made in enumerate(sets):
        made["assert"] = [
            written[one] if is_leaf else sets[one] for is_leaf, one in grown.children(index)
        ]
    return objects(sets[0]["assert"]) or []


def _set(branch: Branch, weight: int | float) -> Json:
    if branch.raw is None:
        return {"type": "assert-set", "metric": branch.text, "weight": weight}
    renamed = {"metric": branch.text} if branch.text != _text(branch.raw) else {}
    is_unsaid = "weight" not in branch.raw and weight == 1
    return {**branch.raw, **renamed, **({} if is_unsaid else {"weight": weight})}


def _cautions(spec: RubricSpec) -> list[Problem]:
    return reversed_pitfalls(spec, _("as assertions that begin with `not-`"))


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("promptfoo assertions"),
    about=gettext_noop("Assertions of a test with weights that are never negative."),
    recognises=_recognises,
    read=_read,
    write=_write,
    cautions=_cautions,
    syntax="yaml",
)
