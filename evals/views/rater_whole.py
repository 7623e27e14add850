"""What a comparison of raters says about the batch as a whole, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from evals import figures
from evals.kept import in_words
from evals.views.rater_parts import Cast, around_zero, estimate, shares


def whole_parts(
    document: Mapping[str, Any], cast: Cast, names: Mapping[str, str]
) -> dict[str, Any]:
    """What concerns the whole batch; `names` are the criteria's, by key."""
    pace = [{"rater": int(pk), **one} for pk, one in document["pace"].items()]
    return {
        "pace": [(name, _pace(one)) for name, one in cast.named(pace)],
        "minutes": _minutes(document["minutes"]),
        "halo": _halo(document["halo"], cast, names),
    }


def _pace(one: Mapping[str, Any]) -> dict[str, str]:
    if one["median"] is None:
        return {"reason": in_words(one["reason"]), "n": figures.thousands(one["n"])}
    low, high = one["quartiles"]
    return {
        "median": f"{figures.decimal(one['median'], 1)} s",
        "middle": _("%(low)s to %(high)s s")
        % {"low": figures.decimal(low, 1), "high": figures.decimal(high, 1)},
        "hasty": figures.thousands(one["hasty"]),
        "n": figures.thousands(one["n"]),
    }


def _minutes(document: Mapping[str, Any]) -> dict[str, Any]:
    if document["reason"]:
        return {"reason": in_words(document["reason"])}
    told = [(_stretch(one), one) for one in document["stretches"] if one["n"]]
    return {
        "chart": shares(told),
        "trend": estimate(document["trend"], signed=True),
        "sittings": document["n_sittings"],
    }


def _stretch(one: Mapping[str, Any]) -> str:
    start = f"{one['start']:g}"
    if one["end"] is None:
        return _("%(start)s min and later") % {"start": start}
    return _("%(start)s to %(end)s min") % {"start": start, "end": f"{one['end']:g}"}


def _halo(document: Mapping[str, Any], cast: Cast, names: Mapping[str, str]) -> dict[str, Any]:
    if document["reason"]:
        return {"reason": in_words(document["reason"])}
    pairs = [
        {
            "names": _("%(one)s and %(other)s")
            % {"one": names[one["first"]], "other": names[one["second"]]},
            "within": estimate(one["within"], signed=True),
            "between": estimate(one["between"], signed=True),
            "excess": estimate(one["excess"], signed=True),
        }
        for one in document["pairs"]
    ]
    return {
        "mean": estimate(document["mean"], signed=True),
        "pairs": pairs,
        "raters": around_zero(cast.named(document["raters"])),
        "drawn": document["drawn"],
        "n_ratings": document["n_ratings"],
    }
