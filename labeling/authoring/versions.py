"""From a draft to a sealed version. Everything is decided under the lock of the rubric's row."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models.functions import Now
from django.utils.text import slugify
from django.utils.translation import gettext as _

from labeling.authoring.carrying import carry_examples, same_examples
from labeling.authoring.changes import Writer, record
from labeling.authoring.fates import chosen_fates, difference_from, settle
from labeling.authoring.rows import delete_criteria, spec_of
from labeling.authoring.settling import give_back, settle_flags
from labeling.authoring.standing import latest_published, next_number, open_draft
from labeling.authoring.states import whole_state
from labeling.authoring.waiving import expect_no_open_errors
from labeling.authoring.whole import HEAD, write_criteria, write_whole
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Item, Project, Rubric, RubricVersion, User
from labeling.spec import RubricSpec, content_hash, publishing_problems, structure_hash

log = logging.getLogger(__name__)

SLUG_LENGTH = 63
# The address of the page that makes a rubric.
RESERVED_SLUGS = {"new"}


class VersionSealed(Conflict):
    """Somebody wants to change a version that has been published."""


class DraftChanged(Conflict):
    """Two authors saved at once: both texts are at hand, and neither is lost."""

    def __init__(self, *, theirs: RubricSpec, mine: RubricSpec | None, edit: int) -> None:
        self.theirs, self.mine, self.edit = theirs, mine, edit
        super().__init__(
            _("Somebody else has saved this draft since you opened it. Nothing of yours was saved.")
        )


@transaction.atomic
def publish_spec(
    project: Project,
    spec: RubricSpec,
    *,
    by: User | None,
    slug: str | None = None,
    item: Item | None = None,
    fates: Mapping[str, str] | None = None,
) -> tuple[RubricVersion, bool]:
    """Publish a whole rubric as the next version; said again, it is the version there is.

    With `item` it is the rubric of that one item. `fates` as with `publish`. The flag says
    whether a version was made. A rubric made elsewhere is published with whatever the lint finds
    in it, since nobody here may be able to mend it: who publishes it is told (`judged`), and only
    an author's draft is refused for open errors.
    """
    rubric = _rubric_for(project, spec.title, slug, item)
    latest = latest_published(rubric)
    if latest is not None and latest.content_hash == content_hash(spec):
        return latest, False
    if draft := open_draft(rubric):
        raise Conflict(
            _(
                "Version %(number)s of the rubric “%(title)s” is open as a draft; publish or "
                "discard it first."
            )
            % {"number": draft.number, "title": rubric.title}
        )
    version = _open(rubric, spec, latest)
    return _seal(version, spec, latest, by=by, fates=fates), True


@transaction.atomic
def create_rubric(
    project: Project, title: str, *, by: User, spec: RubricSpec | None = None
) -> Rubric:
    """A rubric under an address of its own, its first draft empty or as `spec` has it."""
    Project.objects.select_for_update().get(pk=project.pk)
    rubric = Rubric.objects.create(project=project, slug=_free_slug(project, title), title=title)
    _open(rubric, replace(spec or RubricSpec(""), title=title), None)
    log.info("rubric %s made by user %s", rubric.pk, by.pk)
    return rubric


@transaction.atomic
def draft_of(rubric: Rubric, *, by: User) -> RubricVersion:
    """The open draft, or the next version opened as a copy of the latest published one."""
    rubric = _locked(rubric)
    if draft := open_draft(rubric):
        return draft
    latest = latest_published(rubric)
    spec = spec_of(latest) if latest else RubricSpec(rubric.title)
    log.info("rubric %s: a draft opened by user %s", rubric.pk, by.pk)
    return _open(rubric, spec, latest)


@transaction.atomic
def save_draft(version: RubricVersion, spec: RubricSpec, *, edit: int, by: User) -> RubricVersion:
    """Replace what the draft says. `edit` is the save the author started from."""
    rubric = _locked(version.rubric)
    draft = RubricVersion.objects.get(pk=version.pk)
    _expect_draft(draft)
    if draft.edit != edit:
        raise DraftChanged(theirs=spec_of(draft), mine=spec, edit=draft.edit)
    before = whole_state(spec_of(RubricVersion.objects.get(pk=draft.pk)))
    write_whole(draft, spec, latest_published(rubric))
    record(draft, Writer(by), _("replaced the whole draft"), [before], [whole_state(spec)])
    return draft


@transaction.atomic
def save_as_draft(
    rubric: Rubric, spec: RubricSpec, *, number: int, edit: int, by: User
) -> RubricVersion:
    """Save version `number`, which the first save opens. A published number is refused."""
    draft = draft_of(rubric, by=by)
    if draft.number != number:
        raise VersionSealed(
            _(
                "Version %(number)s is no longer the draft of this rubric. What you save now "
                "goes into version %(open_number)s."
            )
            % {"number": number, "open_number": draft.number}
        )
    return save_draft(draft, spec, edit=edit, by=by)


@transaction.atomic
def publish(
    version: RubricVersion,
    *,
    by: User,
    change_note: str,
    edit: int | None = None,
    fates: Mapping[str, str] | None = None,
) -> RubricVersion:
    """Seal the draft for good; asked twice, it is published once.

    `edit` is the save that the author read before deciding; a newer one is refused. `fates` says
    by key what becomes of labels (carry, ask, fresh) where it is not the usual. Errors of the lint
    that nobody has let stand refuse it, each of them named.
    """
    rubric = _locked(version.rubric)
    draft = RubricVersion.objects.get(pk=version.pk)
    if draft.status == RubricVersion.Status.PUBLISHED:
        return draft
    spec = spec_of(draft)
    if edit is not None and draft.edit != edit:
        raise DraftChanged(theirs=spec, mine=None, edit=draft.edit)
    latest = latest_published(rubric)
    same = latest is not None and latest.content_hash == content_hash(spec)
    if latest is not None and same and same_examples(draft, latest):
        raise DomainError(
            _("This draft says the same as version %(number)s, to the letter.")
            % {"number": latest.number}
        )
    if not publishing_problems(spec):
        expect_no_open_errors(rubric, spec)
    sealed = _seal(draft, spec, latest, by=by, change_note=change_note, fates=fates)
    settle_flags(sealed, by=by)
    return sealed


@transaction.atomic
def discard(version: RubricVersion, *, by: User) -> None:
    """Throw a draft away; what is published stays."""
    _locked(version.rubric)
    draft = RubricVersion.objects.get(pk=version.pk)
    _expect_draft(draft)
    give_back(draft, by=by)
    delete_criteria(draft)
    draft.delete()
    log.info("rubric %s: draft %s discarded by user %s", draft.rubric_id, draft.number, by.pk)


def slug_from(title: str) -> str:
    """The part of the address that a title gives; titles without ASCII letters are hashed."""
    slug = slugify(title)[:SLUG_LENGTH].strip("-")
    return slug or f"rubric-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _free_slug(project: Project, title: str) -> str:
    wanted = slug = slug_from(title)
    count = 1
    while slug in RESERVED_SLUGS or project.rubrics.filter(slug=slug).exists():
        count += 1
        slug = f"{wanted[: SLUG_LENGTH - 7]}-{count}"
    return slug


def _rubric_for(project: Project, title: str, slug: str | None, item: Item | None) -> Rubric:
    named = slug or (slug_from(title) if item is None else f"item-{item.pk}")
    rubric, _ = Rubric.objects.get_or_create(
        project=project, slug=named, defaults={"title": title, "item": item}
    )
    return _locked(rubric)


def _locked(rubric: Rubric) -> Rubric:
    return Rubric.objects.select_for_update().get(pk=rubric.pk)


def _expect_draft(version: RubricVersion) -> None:
    if version.status != RubricVersion.Status.DRAFT:
        raise VersionSealed(
            _("Version %(number)s is published; nothing in it changes again.")
            % {"number": version.number}
        )


def _open(rubric: Rubric, spec: RubricSpec, latest: RubricVersion | None) -> RubricVersion:
    version = RubricVersion.objects.create(
        project_id=rubric.project_id,
        rubric=rubric,
        number=next_number(rubric),
        **{name: getattr(spec, name) for name in HEAD},
    )
    write_criteria(version, spec, latest)
    if latest is not None:
        carry_examples(version, latest)
    return version


def _seal(
    version: RubricVersion,
    spec: RubricSpec,
    latest: RubricVersion | None,
    *,
    by: User | None,
    change_note: str = "",
    fates: Mapping[str, str] | None = None,
) -> RubricVersion:
    if problems := publishing_problems(spec):
        raise Problems(problems, _("This rubric cannot be published yet."))
    difference = difference_from(latest, spec)
    settle(version, latest, difference, chosen_fates(difference, fates, first=latest is None))
    RubricVersion.objects.filter(pk=version.pk).update(
        status=RubricVersion.Status.PUBLISHED,
        content_hash=content_hash(spec),
        structure_hash=structure_hash(spec),
        change_note=change_note,
        published_at=Now(),
        published_by=by,
    )
    Rubric.objects.filter(pk=version.rubric_id).update(title=spec.title)
    log.info("rubric version %s published by user %s", version.pk, by and by.pk)
    return RubricVersion.objects.select_related("rubric", "project").get(pk=version.pk)
