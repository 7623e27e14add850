"""The outcome of a certificate in words, and its weights beside the rubric's own points."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evals import figures
from evals.views.scoring_parts import shown
from evals.views.scoring_proofs import TITLES
from evals.views.scoring_scene import Scene
from evals.weighing import Certificate, Kind
from labeling.strict_json import number_text


def verdict(made: Certificate) -> tuple[str, str, str]:
    """Tone, title and text of the outcome."""
    n = {"pairs": _pairs(made)}
    if not made.n_pairs:
        return (
            "plain",
            _("There is no order to check yet"),
            _("No two responses to one item have different overall scores and a reward each."),
        )
    if made.is_possible:
        is_now = made.present.right == made.n_pairs
        return (
            "good",
            _("Weights can put all %(pairs)s in the experts’ order") % n,
            _("The points of now do.") if is_now else _("Here are some."),
        )
    if made.together and made.together.kind == Kind.CIRCLE and not made.alone:
        return (
            "warn",
            _(TITLES[Kind.CIRCLE]),
            _("No criteria could follow it. Look at these pairs again."),
        )
    return (
        "warn",
        _("No weighting of these criteria puts all %(pairs)s in the experts’ order") % n,
        _(
            "A criterion is missing, or one of the judgements below is mistaken: what makes the "
            "better responses better is not among what is judged."
        ),
    )


def _pairs(made: Certificate) -> str:
    said = ngettext("%(n)s pair", "%(n)s pairs", made.n_pairs)
    if made.order.is_drawn:
        said = ngettext("%(n)s drawn pair", "%(n)s drawn pairs", made.n_pairs)
    return said % {"n": figures.thousands(made.n_pairs)}


def weights_title(made: Certificate) -> str:
    """What the weights in the table do."""
    found = made.weighting
    if found is None:
        return ""
    if made.is_possible:
        return _("Weights that give the experts’ order")
    if made.together is None:
        return _("Weights that put every other pair in the experts’ order")
    said = _("The best weights found: %(right)s of %(n)s pairs in the experts’ order")
    if found.is_own:
        said = _("No better weights were found than those of now: %(right)s of %(n)s pairs")
    return said % {"right": figures.thousands(found.right), "n": figures.thousands(made.n_pairs)}


def weights_note(made: Certificate) -> str:
    """How firmly they do it."""
    found = made.weighting
    if found is None:
        return ""
    said = []
    if made.together is None and found.margin is not None:
        said.append(
            _("The closest pair is %(margin)s of a reward apart.")
            % {"margin": figures.decimal(float(found.margin), 3)}
        )
    if found.clamped:
        clamped = ngettext(
            "%(n)s pair has no sum above 0, so clipping makes their rewards equal.",
            "%(n)s pairs have no sum above 0, so clipping makes their rewards equal.",
            found.clamped,
        )
        said.append(clamped % {"n": found.clamped})
    if made.together is not None:
        said.append(_("There may be better ones, but none puts all pairs right."))
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
        (
            order.ties,
            ngettext(
                "%(n)s pair of responses with the same overall score: they ask for nothing",
                "%(n)s pairs of responses with the same overall score: they ask for nothing",
                order.ties,
            ),
        ),
        (
            order.unweighed,
            ngettext(
                "%(n)s response with an overall score but without a reward",
                "%(n)s responses with an overall score but without a reward",
                order.unweighed,
            ),
        ),
        (
            order.unjudged,
            ngettext(
                "%(n)s response with a reward but without an overall score",
                "%(n)s responses with a reward but without an overall score",
                order.unjudged,
            ),
        ),
    )
    return [said % {"n": figures.thousands(n)} for n, said in told if n]
