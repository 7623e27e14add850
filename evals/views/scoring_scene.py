"""What every page about a rubric's scoring stands on: a version, its labels, and the rewards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from evals import figures
from evals.queries.labelled import MODEL, SEED, Labelled, labelled
from evals.views.slices_shown import kind_in_words
from evals.weighing import Preview, Weighed, preview
from labeling.access import MemberRequest, overseen_project
from labeling.authoring import spec_of
from labeling.models import Project, Rubric, RubricVersion
from labeling.spec import RubricSpec
from labeling.views.rubrics import readable_versions, writes_in

PAGES = {
    "rubric_scoring": gettext_noop("Rewards"),
    "rubric_scoring_responses": gettext_noop("Response by response"),
    "rubric_scoring_order": gettext_noop("Experts’ order"),
}
ALL = "all"


@dataclass(frozen=True)
class Scene:
    """The rubric as the reader may see it; `version` is None where there is none to see."""

    project: Project
    rubric: Rubric
    version: RubricVersion | None
    versions: list[RubricVersion]
    spec: RubricSpec
    labelled: Labelled

    @cached_property
    def preview(self) -> Preview:
        """The rewards of the labelled responses, by the criteria that have labels."""
        return preview(self.labelled.labelled, self.labelled.judgements)

    @property
    def weighed(self) -> Weighed:
        return self.preview.weighed

    def url(self, name: str, **query: object) -> str:
        """One of the pages, on this version and this kind of response."""
        asked = {"version": self.version.number if self.version else "", "on": self.on, **query}
        address = reverse(name, args=[self.project.slug, self.rubric.slug])
        return f"{address}?{urlencode({key: value for key, value in asked.items() if value})}"

    @property
    def on(self) -> str:
        return self.labelled.kind or ALL

    def context(self, page: str) -> dict[str, Any]:
        """What all of the pages show around their own; `head` is drawn by scoring_head.html."""
        empty = self.empty()
        return {
            "project": self.project,
            "rubric": self.rubric,
            "version": self.version,
            "crumbs": [
                (_("Rubrics"), reverse("rubrics", args=[self.project.slug])),
                (self.rubric.title, self._rubric_url()),
            ],
            "head": {
                "version": self.version,
                "as_of": self._as_of(),
                "empty": empty,
                "pooled": self.labelled.pooled,
                "tabs": [
                    _tab(_(text), self.url(name), name == page) for name, text in PAGES.items()
                ],
                "version_tabs": self._version_tabs(page),
                "kind_tabs": self._kind_tabs(page),
            },
            "on": self.on,
            "unlabelled": self.labelled.unlabelled,
            "empty": empty,
        }

    def empty(self) -> dict[str, str]:
        """Why there is nothing to show, and what comes next; empty where there is something."""
        if self.version is None:
            return _nothing(
                _("Not published yet"), _("The authors of this project are still at work.")
            )
        if not any(one.points and one.points > 0 for one in self.spec.criteria):
            text = _("A reward needs a criterion with positive points; this version has none.")
            return _nothing(_("No criterion pays"), text, self._rubric_url(), _("To the rubric"))
        if not self.labelled.responses and self.labelled.is_blind:
            text = _("Rewards show what others answered, so they open for you when it is closed.")
            return _nothing(_("You are rating in a batch of this project"), text)
        if not self.labelled.responses:
            text = _(
                "As soon as experts have judged responses by this rubric, their rewards are here."
            )
            batches = reverse("batches", args=[self.project.slug])
            return _nothing(_("No labelled responses yet"), text, batches, _("See the batches"))
        return {}

    def _rubric_url(self) -> str:
        query = f"?version={self.version.number}" if self.version else ""
        return self.rubric.get_absolute_url() + query

    def _version_tabs(self, page: str) -> list[dict[str, Any]]:
        if len(self.versions) < 2:
            return []
        return [
            _tab(
                (
                    _("Draft of version %(number)s")
                    if one.status == "draft"
                    else _("Version %(number)s")
                )
                % {"number": one.number},
                self.url(page, version=one.number),
                one == self.version,
            )
            for one in self.versions[:8]
        ]

    def _kind_tabs(self, page: str) -> list[dict[str, Any]]:
        kinds = self.labelled.kinds
        if len(kinds) < 2:
            return []
        own = [
            _tab(
                kind_in_words(kind),
                self.url(page, on=kind),
                kind == self.on,
                count,
            )
            for kind, count in kinds.items()
        ]
        return [*own, _tab(_("All"), self.url(page, on=ALL), self.on == ALL, sum(kinds.values()))]

    def _as_of(self) -> str:
        found = self.labelled
        n = len(found.responses)
        said = ngettext("%(n)s labelled response", "%(n)s labelled responses", n)
        if found.is_drawn:
            said = _("%(n)s of %(total)s labelled responses, whole items drawn by seed %(seed)s")
        said %= {
            "n": figures.thousands(n),
            "total": figures.thousands(found.total),
            "seed": SEED,
        }
        as_of = _("%(responses)s, as of now")
        if found.is_blind and found.responses:
            as_of = _("%(responses)s, as of now; without batches you rate in")
        return as_of % {"responses": said}


def scene(request: MemberRequest, slug: str, rubric_slug: str) -> Scene:
    """The scene for those who may read the project's results; 404 for a version not theirs."""
    project = overseen_project(request.user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    readable = readable_versions(
        rubric.versions.order_by("-number"), writes=writes_in(request.user, project)
    )
    versions = list(readable)
    version = chosen_version(versions, request.GET.get("version"))
    spec = spec_of(version) if version else RubricSpec(rubric.title)
    lineages = {row.key: row.lineage_id for row in version.criteria.all()} if version else {}
    on = request.GET.get("on", MODEL)
    found = labelled(
        project,
        spec.criteria,
        {key: lineage for key, lineage in lineages.items() if lineage is not None},
        reader=request.user,
        kind=None if on == ALL else on,
    )
    return Scene(project, rubric, version, versions, spec, found)


def chosen_version(versions: list[RubricVersion], number: str | None) -> RubricVersion | None:
    """The version asked for, else the one in force, else the draft; 404 for any other.

    `draft` asks for the draft, and for the version in force where there is none: what the editor
    begins with.
    """
    if number == "draft" and versions and versions[0].status == RubricVersion.Status.DRAFT:
        return versions[0]
    if number in (None, "draft"):
        published = [one for one in versions if one.status != RubricVersion.Status.DRAFT]
        return next(iter(published or versions), None)
    for version in versions:
        if str(version.number) == number:
            return version
    raise Http404


def _tab(text: str, url: str, current: bool, count: int | None = None) -> dict[str, Any]:
    shown = None if count is None else figures.thousands(count)
    return {"text": text, "url": url, "current": current, "count": shown}


def _nothing(title: str, text: str, url: str = "", action: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action}
