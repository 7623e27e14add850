"""The sentences of the planning page, made from its numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from evals import figures
from evals.queries.planning import Pace
from evals.views.planned import SHOWN, Budget, Precisions

# What evals.reliability.budget names its methods by.
METHODS = (
    gettext_noop("normal approximation of the Poisson-binomial"),
    gettext_noop("Poisson-binomial"),
)


def of_precision(shown: Precisions) -> dict[str, str]:
    """Label and value of the asked size of study."""
    here = shown.here
    label = _("%(experts)s experts on %(items)s items") % {
        "experts": here.raters,
        "items": figures.thousands(here.units),
    }
    if here.half_width is None or here.low is None or here.high is None:
        return {"here_label": label}
    span = f"[{figures.decimal(here.low)}, {figures.decimal(here.high)}]"
    return {
        "here_label": label,
        "here_value": f"± {figures.decimal(here.half_width)}",
        "here_note": _("%(span)s · %(n)s ratings")
        % {"span": span, "n": figures.thousands(here.ratings)},
    }


def of_pace(pace: Pace) -> str:
    """Where the seconds come from."""
    if pace.seconds is None:
        return _("No rating here has a time: estimate the seconds yourself.")
    return ngettext(
        "Half of the newest %(n)s ratings here took less than %(time)s.",
        "Half of the newest %(n)s ratings here took less than %(time)s.",
        pace.ratings,
    ) % {"n": figures.thousands(pace.ratings), "time": figures.span(pace.seconds)}


def too_many(responses: int, most: int) -> str:
    """Why there is no list of a very large batch."""
    return _("This batch has %(n)s rated responses; a list is worked out for up to %(most)s.") % {
        "n": figures.thousands(responses),
        "most": figures.thousands(most),
    }


def of_budget(budget: Budget) -> dict[str, Any]:
    """What the list promises, and what no budget can do."""
    pool, expected = budget.pool, budget.expected
    responses = _responses(len(budget.lines))
    about = figures.decimal(expected.mean, 0 if abs(expected.mean) >= 10 else 1)
    span = f"[{_whole(expected.low)}, {_whole(expected.high)}]"
    return {
        "units_words": _("of %(n)s") % {"n": figures.thousands(pool.units)},
        "responses_words": _("on %(responses)s") % {"responses": responses},
        "gain_value": f"+{about}" if expected.mean >= 0 else about,
        "gain_note": f"{span} · {_(expected.method)}",
        "sentence": _(
            "%(ratings)s on %(responses)s give about %(about)s more clear units %(span)s, "
            "at %(hours)s hours."
        )
        % {
            "ratings": ngettext("%(n)s rating", "%(n)s ratings", budget.ratings)
            % {"n": figures.thousands(budget.ratings)},
            "responses": responses,
            "about": about,
            "span": span,
            "hours": figures.decimal(budget.hours, 1),
        },
        "assign_words": _assign(budget),
        "list_words": _list(budget),
        "nothing_words": _nothing(budget),
        "facts": _facts(budget),
    }


def _assign(budget: Budget) -> str:
    responses = _responses(len(budget.lines))
    if budget.pool.afresh:
        return _("Open a new batch of %(responses)s") % {"responses": responses}
    seats = ngettext("%(n)s seat", "%(n)s seats", budget.ratings)
    seats %= {"n": figures.thousands(budget.ratings)}
    return _("Open %(seats)s at %(responses)s") % {"seats": seats, "responses": responses}


def _list(budget: Budget) -> str:
    total = len(budget.lines)
    told = {"shown": SHOWN, "total": figures.thousands(total)}
    if total <= SHOWN:
        return _("Worth the most per hour first (all)")
    if budget.cut:
        return (
            _(
                "Worth the most per hour first (the first %(shown)s of %(total)s); "
                "the list ends at %(total)s: assign, measure, plan again"
            )
            % told
        )
    return _("Worth the most per hour first (the first %(shown)s of %(total)s)") % told


def _nothing(budget: Budget) -> str:
    if not budget.pool.experts:
        return _("The project has no experts: add them as members first.")
    if budget.worth:
        return _("The budget does not pay for a single response: allow more hours.")
    left = int(budget.pool.left.max(initial=0))
    return ngettext(
        "No response can gain a clear unit by that many further experts. At most %(n)s expert of "
        "the project has not seen a response yet, and one against two is clear only once three "
        "more agree.",
        "No response can gain a clear unit by that many further experts. At most %(n)s experts of "
        "the project have not seen a response yet, and one against two is clear only once three "
        "more agree.",
        left,
    ) % {"n": figures.thousands(left)}


def _facts(budget: Budget) -> list[tuple[str, str]]:
    pool = budget.pool
    facts = [
        (_("Experts in the project"), figures.thousands(pool.experts)),
        (_("Responses worth a rating"), figures.thousands(budget.worth)),
        (_("Responses still being rated, not asked about"), figures.thousands(pool.pending)),
        (_("Responses every expert has seen"), figures.thousands(pool.without_experts)),
        (
            _("Units that can never be clear: not applicable or not assessable"),
            figures.thousands(pool.not_assessed),
        ),
        (
            ngettext(
                "Units that %(n)s further experts cannot make clear",
                "Units that %(n)s further experts cannot make clear",
                pool.more,
            )
            % {"n": pool.more},
            figures.thousands(pool.hopeless),
        ),
    ]
    if pool.ruled:
        facts.append(
            (_("Units an adjudicator decided, not asked about"), figures.thousands(pool.ruled))
        )
    if pool.left_out:
        names = ", ".join(criterion.name for criterion in pool.left_out)
        facts.append((_("Without clear units: continuous or very long scales"), names))
    return facts


def _responses(n: int) -> str:
    return ngettext("%(n)s response", "%(n)s responses", n) % {"n": figures.thousands(n)}


def _whole(n: int) -> str:
    return figures.thousands(n)
