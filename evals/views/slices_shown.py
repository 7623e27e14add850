"""The slices of a run as pages name and order them, the one that will train first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from evals.models import AgreementRun, AgreementSlice
from evals.slices import FIELDS, METADATA, TRAINING
from evals.views.forest import WHOLE

KINDS = {
    "model": gettext_noop("Model responses"),
    "expert": gettext_noop("Expert responses"),
    "probe": gettext_noop("Probe responses"),
}
KINDS_WITHIN = {
    "model": gettext_noop("model responses"),
    "expert": gettext_noop("expert responses"),
    "probe": gettext_noop("probe responses"),
}


def training(run: AgreementRun) -> str:
    """The slice that will train, as the run was planned."""
    return str(run.plan.get("training") or TRAINING.name)


def slices(run: AgreementRun) -> list[str]:
    """The run's slices; the one that will train first, then kinds, generators, tags and so on."""
    named = AgreementSlice.objects.filter(run=run, slice__isnull=False)
    names = named.order_by().values_list("slice", flat=True).distinct()
    return sorted((name for name in names if name), key=slice_order(run))


def chosen_slice(run: AgreementRun, names: Iterable[str], asked: str | None) -> str | None:
    """The slice that was asked for, by default the one that will train; None is the whole batch."""
    wanted = training(run) if asked is None else asked
    return wanted if wanted in names else None


def slice_order(run: AgreementRun) -> Callable[[str | None], tuple[bool, bool, int, str]]:
    """Sorts the slice that will train first, then the whole batch, then field by field."""
    first, fields = training(run), list(FIELDS)

    def key(name: str | None) -> tuple[bool, bool, int, str]:
        field = (name or "").partition("=")[0]
        known = "metadata" if field.startswith(METADATA) else field
        place = fields.index(known) if known in fields else len(fields)
        return name != first, name is not None, place, name or ""

    return key


def slice_tabs(
    run: AgreementRun,
    names: Iterable[str | None],
    chosen: str | None,
    address: Callable[[str], str],
) -> list[dict[str, Any]]:
    """One tab a slice and one for the whole batch; none where there is only that."""
    ordered = sorted({*names, None}, key=slice_order(run))
    if len(ordered) < 2:
        return []
    return [
        {
            "text": slice_in_words(name),
            "url": address(name or WHOLE),
            "current": name == chosen,
            "count": None,
        }
        for name in ordered
    ]


def slice_in_words(name: str | None) -> str:
    """`generator_kind=model` as people say it."""
    if name is None:
        return _("All responses")
    field, _equals, value = name.partition("=")
    if field == "generator_kind":
        return kind_in_words(value)
    if field == "tag":
        return _("Tagged %(tag)s") % {"tag": value}
    if field == "rubric_version":
        return _("Rubric version %(number)s") % {"number": value}
    return f"{field.removeprefix(METADATA)}: {value}" if field.startswith(METADATA) else value


def kind_in_words(kind: str) -> str:
    """The responses of a generator kind, as the name of a tab."""
    return _(KINDS[kind]) if kind in KINDS else kind


def slice_within(name: str | None) -> str:
    """The slice in the middle of a sentence: what people named keeps its capitals."""
    if name is None:
        return _("all responses")
    field, _equals, value = name.partition("=")
    if field == "generator_kind":
        return _(KINDS_WITHIN[value]) if value in KINDS_WITHIN else value.lower()
    if field == "generator":
        return _("responses of %(generator)s") % {"generator": value}
    if field == "tag":
        return _("items tagged %(tag)s") % {"tag": value}
    if field == "rubric_version":
        return _("ratings under rubric version %(number)s") % {"number": value}
    return _("items whose %(field)s is %(value)s") % {
        "field": field.removeprefix(METADATA),
        "value": value,
    }
