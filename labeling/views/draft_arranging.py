"""The buttons of a draft: add, move, duplicate, remove; sections; undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import CriterionRemoved, NoSuchCriterion, Writer
from labeling.errors import DomainError
from labeling.forms.draft import NumberForm, SectionForm
from labeling.models import Rubric
from labeling.views.draft_page import page_of
from labeling.views.draft_places import place_json
from labeling.views.sent import problem_json, sent_fields, wants_json


@dataclass(frozen=True, slots=True)
class Done:
    """What a button did: in words, and the criterion to look at afterwards."""

    words: str
    pk: int | None = None
    # The page moves one card by itself; anything larger is drawn again.
    is_whole: bool = False
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed."""

    rubric: Rubric
    number: int
    writer: Writer
    sent: dict[str, str]

    def pk(self, name: str) -> int | None:
        """A criterion named in a field; None where there is none."""
        text = self.sent.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
def draft_arrange(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """`do` names the button and, behind a dash, the criterion: `up-12`."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    sent = sent_fields(request)
    form = NumberForm(sent)
    if not form.is_valid():
        raise DomainError(
            gettext("The form did not arrive whole; reload the page and send it again.")
        )
    press = Press(rubric, form.cleaned_data["number"], Writer(request.user), sent)
    name, _, pk = sent.get("do", "").partition(":")
    act = _ACTS.get(name)
    about = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    if act is None or (about is None and (pk or name in _OF_ONE)):
        raise DomainError(gettext("This button is not known; reload the page."))
    return _carried_out(request, rubric, lambda: act(press, about or 0))


@require_POST
def draft_section(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Another name for a section."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    form = SectionForm(sent_fields(request))
    if not form.is_valid():
        raise DomainError(
            gettext("The form did not arrive whole; reload the page and send it again.")
        )
    said = form.cleaned_data

    def rename() -> Done:
        section = authoring.rename_section(
            rubric,
            said["first"],
            said["heading"],
            number=said["number"],
            writer=Writer(request.user),
        )
        heading = authoring.heading(section.path)
        words = gettext("The heading is gone.")
        if heading:
            words = gettext("The section is called “%(heading)s” now.") % {"heading": heading}
        return Done(words, section.first, is_whole=True)

    return _carried_out(request, rubric, rename)


def _carried_out(request: MemberRequest, rubric: Rubric, act: Callable[[], Done]) -> HttpResponse:
    as_json = wants_json(request)
    try:
        done = act()
    except NoSuchCriterion as error:
        raise Http404 from error
    except DomainError as error:
        if as_json:
            again = isinstance(error, CriterionRemoved)
            return JsonResponse(problem_json(error) | {"reload": again}, status=error.status)
        messages.error(request, str(error))
        return redirect(f"{rubric.get_absolute_url()}edit")
    if as_json:
        return _told(request, rubric, done)
    messages.success(request, done.words)
    if done.is_new and done.pk:
        return redirect("draft_criterion", rubric.project.slug, rubric.slug, done.pk)
    return redirect(page_of(rubric, done.pk or 0))


def _told(request: MemberRequest, rubric: Rubric, done: Done) -> HttpResponse:
    here = authoring.stage(rubric)
    steps = authoring.steps(here.draft, request.user)
    told: dict[str, object] = {
        "done": done.words,
        "pk": done.pk,
        "number": here.number,
        "edit": here.draft.edit if here.draft else 0,
        "reload": done.is_whole,
        "undo": steps.undo,
        "redo": steps.redo,
    }
    if done.pk and here.draft and not done.is_whole:
        told["place"] = place_json(here.draft, done.pk)
        names = (rubric.project.slug, rubric.slug, done.pk)
        told["form" if done.is_new else "card"] = reverse(
            "draft_criterion" if done.is_new else "draft_card", args=names
        )
    return JsonResponse(told)


def _move(step: int) -> Callable[[Press, int], Done]:
    def move(press: Press, pk: int) -> Done:
        at = authoring.move(press.rubric, pk, step, number=press.number, writer=press.writer)
        return Done(_standing(at), at.pk)

    return move


def _place(press: Press, pk: int) -> Done:
    at = authoring.place(
        press.rubric,
        pk,
        before=press.pk("before"),
        beside=press.pk("beside"),
        number=press.number,
        writer=press.writer,
    )
    return Done(_standing(at), at.pk)


def _standing(at: authoring.Arranged) -> str:
    heading = authoring.heading(at.path)
    words = gettext("“%(name)s” is number %(number)s of %(count)s now.")
    if heading:
        words = gettext(
            "“%(name)s” is number %(number)s of %(count)s now, in the section “%(heading)s”."
        )
    return words % {
        "name": at.name,
        "number": at.number,
        "count": at.count,
        "heading": heading,
    }


def _add(press: Press, pk: int) -> Done:
    """At the end of the section of `pk`, or under a heading of its own, or at the end of all."""
    text = authoring.stage(press.rubric).text
    standing = authoring.places(text) if text else []
    own = authoring.known_as(text, [pk]).get(pk) if text and pk else None
    path, before = authoring.read_path(press.sent.get("heading", ""), standing), None
    if own:
        section = next(one for one in authoring.sections(standing) if own in one.pks)
        order = [one.pk for one in standing]
        behind = order[order.index(section.pks[-1]) + 1 :]
        path, before = section.path, next(iter(behind), None)
    (made,) = authoring.add(
        press.rubric,
        [authoring.new_criterion(path)],
        number=press.number,
        writer=press.writer,
        before=before,
    )
    return Done(gettext("A new criterion is there to be written."), made, is_new=True)


def _copy(press: Press, pk: int) -> Done:
    made = authoring.duplicate(press.rubric, pk, number=press.number, writer=press.writer)
    return Done(gettext("The copy stands right behind its original."), made)


def _remove(press: Press, pk: int) -> Done:
    spec = authoring.remove(press.rubric, pk, number=press.number, writer=press.writer)
    return Done(gettext("“%(name)s” is removed. Undo brings it back.") % {"name": spec.name})


def _move_section(step: int) -> Callable[[Press, int], Done]:
    def move(press: Press, pk: int) -> Done:
        at = authoring.move_section(
            press.rubric, pk, step, number=press.number, writer=press.writer
        )
        heading = authoring.heading(at.path) or gettext("without a heading")
        return Done(
            gettext("The section “%(heading)s” has been moved.") % {"heading": heading},
            at.first,
            is_whole=True,
        )

    return move


def _undo(press: Press, pk: int) -> Done:
    change = authoring.undo(press.rubric, number=press.number, by=press.writer.by)
    return Done(
        gettext("Taken back: %(summary)s.") % {"summary": change.summary},
        change.criterion,
        is_whole=True,
    )


def _redo(press: Press, pk: int) -> Done:
    change = authoring.redo(press.rubric, number=press.number, by=press.writer.by)
    return Done(
        gettext("Made again: %(summary)s.") % {"summary": change.summary},
        change.criterion,
        is_whole=True,
    )


_OF_ONE: dict[str, Callable[[Press, int], Done]] = {
    "up": _move(-1),
    "down": _move(1),
    "place": _place,
    "copy": _copy,
    "remove": _remove,
    "section-up": _move_section(-1),
    "section-down": _move_section(1),
}
_ACTS = _OF_ONE | {"add": _add, "undo": _undo, "redo": _redo}
