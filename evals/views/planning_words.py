"""The sentences of the planning page, made from its numbers."""

from __future__ import annotations

from typing import Any

from evals import figures
from evals.queries.planning import Pace
from evals.views.planned import SHOWN, Budget, Precisions


def of_precision(shown: Precisions) -> dict[str, str]:
    """Label and value of the asked size of study."""
    here = shown.here
    label = f"{here.raters} experts on {figures.thousands(here.units)} items"
    if here.half_width is None or here.low is None or here.high is None:
        return {"here_label": label}
    span = f"[{figures.decimal(here.low)}, {figures.decimal(here.high)}]"
    return {
        "here_label": label,
        "here_value": f"± {figures.decimal(here.half_width)}",
        "here_note": f"{span} · {figures.thousands(here.ratings)} ratings",
    }


def of_pace(pace: Pace) -> str:
    """Where the seconds come from."""
    if pace.seconds is None:
        return "No rating here has a time: estimate the seconds yourself."
    newest = f"the newest {figures.thousands(pace.ratings)} ratings"
    return f"Half of {newest} here took less than {figures.span(pace.seconds)}."


def too_many(responses: int, most: int) -> str:
    """Why there is no list of a very large batch."""
    return (
        f"This batch has {figures.thousands(responses)} rated responses; a list is worked out for"
        f" up to {figures.thousands(most)}."
    )


def of_budget(budget: Budget) -> dict[str, Any]:
    """What the list promises, and what no budget can do."""
    pool, expected = budget.pool, budget.expected
    ratings, responses = _counted(budget.ratings, "rating"), _counted(len(budget.lines), "response")
    about = figures.decimal(expected.mean, 0 if abs(expected.mean) >= 10 else 1)
    span = f"[{_whole(expected.low)}, {_whole(expected.high)}]"
    gain = f"{ratings} on {responses} give about {about} more clear units {span}"
    return {
        "units_words": f"of {figures.thousands(pool.units)}",
        "responses_words": f"on {responses}",
        "gain_value": f"+{about}" if expected.mean >= 0 else about,
        "gain_note": f"{span} · {expected.method}",
        "sentence": f"{gain}, at {figures.decimal(budget.hours, 1)} hours.",
        "assign_words": _assign(budget),
        "list_words": _list(budget),
        "nothing_words": _nothing(budget),
        "facts": _facts(budget),
    }


def _assign(budget: Budget) -> str:
    responses = _counted(len(budget.lines), "response")
    if budget.pool.afresh:
        return f"Open a new batch of {responses}"
    return f"Open {_counted(budget.ratings, 'seat')} at {responses}"


def _list(budget: Budget) -> str:
    total = len(budget.lines)
    shown = f"the first {SHOWN} of {figures.thousands(total)}" if total > SHOWN else "all"
    words = f"Worth the most per hour first ({shown})"
    if budget.cut:
        words += f"; the list ends at {figures.thousands(total)}: assign, measure, plan again"
    return words


def _nothing(budget: Budget) -> str:
    if not budget.pool.experts:
        return "The project has no experts: add them as members first."
    if budget.worth:
        return "The budget does not pay for a single response: allow more hours."
    left = int(budget.pool.left.max(initial=0))
    return (
        "No response can gain a clear unit by that many further experts. At most"
        f" {_counted(left, 'expert')} of the project {'has' if left == 1 else 'have'} not seen a"
        " response yet, and one against two is clear only once three more agree."
    )


def _facts(budget: Budget) -> list[tuple[str, str]]:
    pool = budget.pool
    facts = [
        ("Experts in the project", figures.thousands(pool.experts)),
        ("Responses worth a rating", figures.thousands(budget.worth)),
        ("Responses still being rated, not asked about", figures.thousands(pool.pending)),
        ("Responses every expert has seen", figures.thousands(pool.without_experts)),
        (
            "Units that can never be clear: not applicable or not assessable",
            figures.thousands(pool.not_assessed),
        ),
        (
            f"Units that {pool.more} further experts cannot make clear",
            figures.thousands(pool.hopeless),
        ),
    ]
    if pool.ruled:
        facts.append(
            ("Units an adjudicator decided, not asked about", figures.thousands(pool.ruled))
        )
    if pool.left_out:
        names = ", ".join(criterion.name for criterion in pool.left_out)
        facts.append(("Without clear units: continuous or very long scales", names))
    return facts


def _counted(n: int, noun: str) -> str:
    return f"{figures.thousands(n)} {noun}{'' if n == 1 else 's'}"


def _whole(n: int) -> str:
    return figures.thousands(n)
