"""The demo project as rows, made by the verbs that people use, in one transaction."""

import json
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from labeling import assigning, importing, people, rating
from labeling.authoring import latest_published
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Project, Response, Role, RubricVersion, User
from rubricstudio.demo.cases import Case, cases
from rubricstudio.demo.files import text
from rubricstudio.demo.messages import Line, item_lines, response_lines
from rubricstudio.demo.raters import RATERS, Rater, Values, rate
from rubricstudio.demo.truth import FRESH, RATED, truths
from rubricstudio.demo.writing import write

SLUG = "demo"
ADMIN = "demo-admin"
TITLE = "Refund requests (demo)"
DESCRIPTION = (
    "Everything in this project is made up: the shop, its policy, the customers, the answers and"
    " the ratings were written for this demo.\n\n"
    "Three support agents answer 40 refund requests under a one-page policy, with tools. Four"
    " experts rate their answers by six criteria. What is computed from it is computed by the"
    " same jobs as in any project."
)
# Names that experts see give no generator away.
FIRST_ROUND = "First round"
SECOND_ROUND = "Second round"
OVERLAP = 3
# Two experts have not come to the end of the first round, so that some items wait for ratings.
NOT_FINISHED = {"demo-expert-3": 86, "demo-expert-4": 86}


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demo with its first password, which is known only now."""

    username: str
    password: str
    role: str


@transaction.atomic
def seed() -> tuple[Project, list[Login]]:
    """Make the demo project, its people and two rounds of rating, the second one open."""
    admin, logins = _admin()
    project = people.open_project(title=TITLE, slug=SLUG, description=DESCRIPTION, by=admin)
    people.set_roles(project, admin, [Role.ADMIN, Role.AUTHOR], by=admin)
    experts: dict[str, User] = {}
    for rater in RATERS:
        user, password = people.create_person(
            project, rater.name, [Role.EXPERT], must_change_password=False, by=admin
        )
        experts[rater.name] = user
        logins.append(Login(rater.name, password, "expert"))
    version = _load(project, admin)
    first = _open(project, version, FIRST_ROUND, RATED, admin)
    _rate(first, experts)
    _open(project, version, SECOND_ROUND, (FRESH,), admin)
    return project, logins


def _admin() -> tuple[User, list[Login]]:
    if User.objects.filter(username=ADMIN).exists():
        raise Conflict(f"The account “{ADMIN}” exists already; the demo would take it over.")
    password = secrets.token_urlsafe(12)
    admin = User.objects.create_user(ADMIN, password=password, is_staff=True)
    return admin, [Login(ADMIN, password, "admin and author")]


def _load(project: Project, admin: User) -> RubricVersion:
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "rubric": Path(folder) / "rubric.json",
            "items": Path(folder) / "items.jsonl",
            "responses": Path(folder) / "responses.jsonl",
        }
        files["rubric"].write_text(text("rubric.json"), encoding="utf-8")
        _write_lines(files["items"], item_lines())
        _write_lines(files["responses"], response_lines())
        report = importing.load(project, files, by=admin)
    if not report.taken:
        problems = [Problem(f"{f.kind} {f.line} {f.field}", f.message) for f in report.faults]
        raise Problems(problems, "The demo cannot be loaded.")
    version = latest_published(project.rubrics.get())
    if version is None:
        raise AssertionError("A loaded rubric is a published one.")
    return version


def _write_lines(path: Path, lines: Iterable[Line]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _open(
    project: Project, version: RubricVersion, name: str, generators: tuple[str, ...], by: User
) -> Batch:
    responses = Response.objects.filter(project=project, generator__name__in=generators)
    return assigning.open_batch(
        project, version, name, responses=responses, overlap=OVERLAP, seed=1, by=by
    )


def _rate(batch: Batch, experts: dict[str, User]) -> None:
    """The experts take turns at their desks until nothing is left for them.

    Where each of them begins follows from their key, which is the same on every fresh server.
    """
    names = dict(batch.queue.values_list("response", "response__external_id"))
    left = {rater.name: NOT_FINISHED.get(rater.name, len(names)) for rater in RATERS}
    for rater in cycle(RATERS):
        if not any(left.values()):
            return
        if left[rater.name]:
            seat = assigning.claim_next(batch, experts[rater.name])
            left[rater.name] = left[rater.name] - 1 if seat else 0
            if seat:
                _submit(seat, rater, names[seat.response_id], by=experts[rater.name])


def _submit(seat: Assignment, rater: Rater, response: str, *, by: User) -> None:
    name, generator = response.split("/")
    case, truth = _known()[name], truths()[name, generator]
    values = rate(rater, case, generator, truth)
    rating.submit(
        seat,
        {
            key: {"value": str(value), "rationale": _rationale(rater, case, key, values)}
            for key, value in values.items()
        },
        submission_id=uuid5(NAMESPACE_URL, f"{seat.pk}/{response}/{rater.name}"),
        by=by,
        active_ms=rater.reading_ms(len(write(case, generator, truth).text)),
    )


@cache
def _known() -> dict[str, Case]:
    return {case.id: case for case in cases()}


def _rationale(rater: Rater, case: Case, key: str, values: Values) -> str:
    """Only some experts say why, and only where they find fault."""
    if not rater.gives_reasons:
        return ""
    if key == "correct_decision" and not values[key]:
        return f"By §{case.right.paragraph} {case.right.rule}; the answer decides otherwise."
    if key == "promises_too_much" and values[key]:
        return "Promises something that no paragraph of the policy provides for."
    return ""
