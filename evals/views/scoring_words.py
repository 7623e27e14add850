"""The outcome of a certificate in words, and its weights beside the rubric's own points."""

from __future__ import annotations

from evals import figures
from evals.views.scoring_parts import shown
from evals.views.scoring_proofs import TITLES
from evals.views.scoring_scene import Scene
from evals.weighing import Certificate, Kind
from labeling.strict_json import number_text


def verdict(made: Certificate) -> tuple[str, str, str]:
    """Tone, title and text of the outcome."""
    drawn = "drawn " if made.order.is_drawn else ""
    n = f"{figures.thousands(made.n_pairs)} {drawn}pair{'' if made.n_pairs == 1 else 's'}"
    if not made.n_pairs:
        return (
            "plain",
            "There is no order to check yet",
            "No two responses to one item have different overall scores and a reward each.",
        )
    if made.is_possible:
        now = "the points of now do" if made.present.right == made.n_pairs else "here are some"
        return "good", f"Weights can put all {n} in the experts’ order", f"{now.capitalize()}."
    if made.together and made.together.kind == Kind.CIRCLE and not made.alone:
        return (
            "warn",
            TITLES[Kind.CIRCLE],
            "No criteria could follow it. Look at these pairs again.",
        )
    return (
        "warn",
        f"No weighting of these criteria puts all {n} in the experts’ order",
        "A criterion is missing, or one of the judgements below is mistaken: what makes the better "
        "responses better is not among what is judged.",
    )


def weights_title(made: Certificate) -> str:
    """What the weights in the table do."""
    found = made.weighting
    if found is None:
        return ""
    if made.is_possible:
        return "Weights that give the experts’ order"
    n = figures.thousands(made.n_pairs)
    if made.together is None:
        return "Weights that put every other pair in the experts’ order"
    right = figures.thousands(found.right)
    if found.is_own:
        return f"No better weights were found than those of now: {right} of {n} pairs"
    return f"The best weights found: {right} of {n} pairs in the experts’ order"


def weights_note(made: Certificate) -> str:
    """How firmly they do it."""
    found = made.weighting
    if found is None:
        return ""
    said = []
    if made.together is None and found.margin is not None:
        said.append(
            f"The closest pair is {figures.decimal(float(found.margin), 3)} of a reward apart."
        )
    if found.clamped:
        pairs = "1 pair has" if found.clamped == 1 else f"{found.clamped} pairs have"
        said.append(f"{pairs} no sum above 0, so clipping makes their rewards equal.")
    if made.together is not None:
        said.append("There may be better ones, but none puts all pairs right.")
    return " ".join(said)


def weights(here: Scene, made: Certificate) -> list[tuple[str, str, str, bool]]:
    """Criterion, points now, points found, and whether any points would do."""
    if made.weighting is None:
        return []
    points, idle = made.weighting.points, made.weighting.idle
    return [
        (
            one.name,
            number_text(one.points).replace("-", "−") if one.points else "",
            str(points[one.key]).replace("-", "−"),
            one.key in idle,
        )
        for one in (each.criterion for each in shown(here.preview.contributions))
    ]


def left_out(made: Certificate) -> list[str]:
    """What is not among the pairs."""
    order = made.order
    told = (
        (order.ties, "pair", "of responses with the same overall score: they ask for nothing"),
        (order.unweighed, "response", "with an overall score but without a reward"),
        (order.unjudged, "response", "with a reward but without an overall score"),
    )
    return [
        f"{figures.thousands(n)} {noun}{'' if n == 1 else 's'} {what}"
        for n, noun, what in told
        if n
    ]
