"""Small, real rows for tests. Each call makes what it names and whatever that needs."""

from __future__ import annotations

import hashlib
import itertools
from decimal import Decimal
from uuid import uuid4

from django.db import connection
from django.db.models import F
from django.utils import timezone

from labeling import answering
from labeling.models import (
    Adjudication,
    Assignment,
    Batch,
    Criterion,
    Flag,
    Generator,
    GoldAnswer,
    Item,
    Level,
    Membership,
    Project,
    QueueEntry,
    Rating,
    Response,
    Rubric,
    RubricVersion,
    Score,
    User,
)

counter = itertools.count(1)
# Two criteria of one text would be one thing paid twice.
TEXTS = {"cites_policy": "Names the paragraph of the policy that decides the case."}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def project(slug: str = "refunds", title: str = "Refund answers") -> Project:
    return Project.objects.create(slug=slug, title=title)


def user(username: str, **fields: object) -> User:
    return User.objects.create_user(username, password="correct horse battery", **fields)


def member(of: Project, username: str, *roles: str) -> User:
    """Somebody of that name with these roles, beside those they have in the project already."""
    person = User.objects.filter(username=username).first() or user(username)
    made = [Membership(project=of, user=person, role=role) for role in roles]
    Membership.objects.bulk_create(made, ignore_conflicts=True)
    return person


def experts(of: Project, *usernames: str) -> list[User]:
    return [member(of, username, "expert") for username in usernames]


def rubric(of: Project, slug: str = "refund-quality") -> Rubric:
    return Rubric.objects.create(project=of, slug=slug, title="Refund quality")


def draft(of: Project, number: int = 1, rubric_: Rubric | None = None) -> RubricVersion:
    return RubricVersion.objects.create(
        project=of, rubric=rubric_ or rubric(of), number=number, title="Refund quality"
    )


def criterion(version: RubricVersion, key: str = "cites_policy", **fields: object) -> Criterion:
    made = Criterion.objects.create(
        version=version,
        key=key,
        position=fields.pop("position", version.criteria.count()),
        name=fields.pop("name", key.replace("_", " ").capitalize()),
        criterion=TEXTS.get(key, f"Says “{key}” in the first line."),
        scale=fields.pop("scale", "binary"),
        points=fields.pop("points", Decimal(1)),
        **fields,
    )
    if made.scale == "binary":
        Level.objects.bulk_create(
            Level(criterion=made, position=value, value=value, label=label, credit=value)
            for value, label in enumerate(("Not met", "Met"))
        )
    made.refresh_from_db()
    return made


def publish(version: RubricVersion) -> RubricVersion:
    """Seal a draft as it stands; the verb is authoring.publish, this is the bare row.

    A criterion on an older lineage carries labels on from its last version, another one is fresh.
    """
    version.criteria.filter(fate="", lineage=F("pk")).update(fate="fresh")
    for one in version.criteria.filter(fate=""):
        chain = Criterion.objects.filter(
            lineage=one.lineage_id, version__number__lt=version.number
        ).exclude(version__status="draft")
        before = chain.order_by("-version__number").first()
        one.fate, one.succeeds = "carry" if before else "fresh", before
        one.save(update_fields=["fate", "succeeds"])
    version.status = RubricVersion.Status.PUBLISHED
    version.content_hash = digest(f"content {version.pk}")
    version.structure_hash = digest(f"structure {version.pk}")
    version.published_at = timezone.now()
    version.save()
    return version


def published(of: Project, *keys: str) -> RubricVersion:
    version = draft(of)
    for key in keys or ("cites_policy", "polite"):
        criterion(version, key)
    return publish(version)


def generator(of: Project, name: str = "model-a", kind: str = "model") -> Generator:
    known = vars(of).setdefault("_generators", {})
    if name not in known:
        known[name], _ = Generator.objects.get_or_create(
            project=of, name=name, params_hash=digest("{}"), defaults={"kind": kind}
        )
    return known[name]


def item(of: Project, external_id: str | None = None, **fields: object) -> Item:
    external_id = external_id or f"item-{next(counter)}"
    return Item.objects.create(
        project=of,
        external_id=external_id,
        group_key=fields.pop("group_key", external_id),
        messages=[{"role": "user", "content": "May I send the kettle back?"}],
        content_hash=digest(external_id),
        **fields,
    )


def response(
    to: Item, by: Generator | None = None, text: str = "Yes, within 30 days.", **fields: object
) -> Response:
    by = by or generator(to.project)
    index = fields.pop("index", Response.objects.filter(item=to, generator=by).count())
    withheld = fields.get("withheld")
    return Response.objects.create(
        project=to.project,
        item=to,
        generator=by,
        index=index,
        external_id=fields.pop("external_id", f"{to.external_id}/{by.name}/{index}"),
        messages=None if withheld else [{"role": "assistant", "content": text}],
        output=None if withheld else text,
        content_hash=digest(text),
        **fields,
    )


def items_to_answer(
    of: Project, count: int = 3, *, name: str = "case", **fields: object
) -> list[Item]:
    """Items for an answer task, each with one response that may be repaired."""
    made = [item(of, f"{name}-{number}", **fields) for number in range(count)]
    for one in made:
        response(one)
    return made


def answer_task(of: Project, version: RubricVersion, *, by: User) -> Batch:
    """An answer task over all items of the project."""
    items = Item.objects.filter(project=of)
    return answering.open_task(of, version, "Answers", items=items, by=by)


def batch(version: RubricVersion, responses: list[Response] = (), **fields: object) -> Batch:
    made = Batch.objects.create(
        project=version.project,
        rubric_version=version,
        name=fields.pop("name", f"Batch {next(counter)}"),
        **fields,
    )
    QueueEntry.objects.bulk_create(
        QueueEntry(
            project=version.project,
            batch=made,
            response=one,
            key=key,
            overlap=made.overlap,
        )
        for key, one in enumerate(responses)
    )
    return made


def seat(in_: Batch, at: Response, by: User, slot: int = 1, **fields: object) -> Assignment:
    return Assignment.objects.create(
        project=in_.project,
        batch=in_,
        response=at,
        rater=by,
        slot=slot,
        state=fields.pop("state", "submitted"),
        **fields,
    )


def rating(at: Assignment, values: dict[str, int | str], **fields: object) -> Rating:
    """A rating with a score per criterion key, by level value or by what was said instead of one.

    `why` is the reason for each, `instead_of` the rating it corrects.
    """
    why = str(fields.pop("why", ""))
    old = fields.pop("instead_of", None)
    version = fields.pop("version", at.batch.rubric_version)
    with connection.cursor() as cursor:
        # The database may have made the seat adaptive.
        cursor.execute(
            "select purpose, pg_advisory_xact_lock_shared(7201, batch_id::int)"
            " from labeling_assignment where id = %s",
            [at.pk],
        )
        at.purpose, _ = cursor.fetchone()
    made = Rating.objects.create(
        project=at.project,
        batch=at.batch,
        assignment=at,
        rubric_version=version,
        submission_id=uuid4(),
        payload_hash=digest(repr(values)),
        **fields,
    )
    if old is not None:
        Rating.objects.filter(pk=old.pk).update(superseded_by=made)
        Score.objects.filter(rating=old).update(superseded_by=made)
    asked = _asked(version)
    Score.objects.bulk_create(
        Score(
            rating=made,
            assignment=at,
            batch=at.batch,
            response=at.response,
            rater=at.rater,
            criterion=asked[key],
            lineage_id=asked[key].lineage_id,
            rationale=why,
            **_said(asked[key], value),
            counted=at.purpose == Assignment.Purpose.FIXED,
        )
        for key, value in values.items()
    )
    return made


def revised(at: Assignment, values: dict[str, int | str], **fields: object) -> Rating:
    """The rating of a seat corrected, by these answers."""
    old = at.ratings.latest("revision")
    return rating(at, values, instead_of=old, revision=old.revision + 1, **fields)


def _said(criterion: Criterion, value: int | str) -> dict[str, object]:
    if isinstance(value, str):
        return {"answer": value}
    levels = criterion.levels.all()
    level = next((one for one in levels if one.value == Decimal(str(value))), None)
    return {"value": value, "level": level}


def _asked(version: RubricVersion) -> dict[str, Criterion]:
    """The criteria by key with their levels, looked up once: they are sealed."""
    kept = vars(version)
    if "_asked" not in kept:
        kept["_asked"] = {one.key: one for one in version.criteria.prefetch_related("levels")}
    return kept["_asked"]


def flag(at: Assignment, text: str = "Unclear.", **fields: object) -> Flag:
    """A flag raised from a seat, under the version its batch is rated by."""
    return Flag.objects.create(
        project=at.project,
        batch=at.batch,
        assignment=at,
        rubric_version=fields.pop("version", at.batch.rubric_version),
        response=at.response,
        by=at.rater,
        kind=fields.pop("kind", "rubric"),
        text=text,
        **fields,
    )


def gold(at: Response, version: RubricVersion, value: int = 1, **fields: object) -> GoldAnswer:
    """The next revision of what is known of a response under a criterion of the version."""
    criterion_ = version.criteria.get(key=fields.pop("key", "cites_policy"))
    earlier = GoldAnswer.objects.filter(response=at, lineage=criterion_.lineage_id).count()
    return GoldAnswer.objects.create(
        project=version.project,
        response=at,
        lineage_id=criterion_.lineage_id,
        revision=earlier + 1,
        value=value,
        explanation=fields.pop("explanation", "Paragraph 4 decides it."),
        source=fields.pop("source", "author"),
        **fields,
    )


def adjudicator_seat(in_: Batch, at: Response, by: User) -> Assignment:
    """The seat of whoever has the response for adjudication; another one loses it."""
    here = Assignment.objects.filter(batch=in_, response=at, round=0)
    here.exclude(rater=by).update(slot=None, lease_until=None)
    here.filter(rater=by).update(slot=1)
    return here.filter(rater=by).first() or seat(in_, at, by, 1, purpose="adjudication", round=0)


def ruling(
    in_: Batch,
    at: Response,
    on: Criterion,
    value: int | None,
    by: User,
    reason: str = "rater_error",
    note: str = "",
    **fields: object,
) -> Adjudication:
    """A ruling beside the adjudicator's own blind rating, the next on its unit."""
    own = adjudicator_seat(in_, at, by)
    said = {} if in_.rubric_version_id != on.version_id else {on.key: value or 0}
    blind = own.ratings.first() or rating(own, said)
    unit = {"batch": in_, "response": at, "lineage_id": on.lineage_id}
    return Adjudication.objects.create(
        project=in_.project,
        revision=1 + Adjudication.objects.filter(**unit).count(),
        ruling=value,
        reason=reason,
        note=note,
        own_rating=blind,
        by=by,
        **unit,
        **fields,
    )
