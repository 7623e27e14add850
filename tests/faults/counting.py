"""Agreement counted again by its definitions, in fractions, from the scores of one criterion."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction


def counted(scores: Iterable, measurement: str) -> dict:
    """The same figures from the scores of one criterion, by the definitions and in fractions."""
    units, raters = defaultdict(list), set()
    for response, rater, answer, value in scores:
        if answer == "scored":
            units[response].append(Fraction(value))
        raters.add(rater)
    pairable = [values for values in units.values() if len(values) > 1]
    pairs = [(v.count(one) - 1, len(v) - 1) for v in pairable for one in v]
    return {
        "n_ratings": sum(map(len, units.values())),
        "n_pairable_units": len(pairable),
        "n_raters": len(raters),
        "unanimous": sum(len(set(values)) == 1 for values in pairable),
        "alpha": _alpha(pairable, measurement),
        "percent": _percent(pairable),
    } | ({} if pairs else {"percent": None})


def _percent(units: list[list[Fraction]]) -> Fraction | None:
    """The mean over units of the share of pairs that agree."""
    shares = [
        Fraction(
            sum(n * (n - 1) for n in Counter(values).values()), len(values) * (len(values) - 1)
        )
        for values in units
    ]
    return sum(shares, Fraction()) / len(shares) if shares else None


def _alpha(units: list[list[Fraction]], measurement: str) -> Fraction | None:
    """Krippendorff's alpha from its coincidence matrix."""
    coincidences: Counter = Counter()
    for values in units:
        for one, n in Counter(values).items():
            for other, m in Counter(values).items():
                pairs = n * (m - (one == other))
                coincidences[one, other] += Fraction(pairs, len(values) - 1)
    marginals: Counter = Counter()
    for (one, _), n in coincidences.items():
        marginals[one] += n
    if len(+marginals) < 2 or len(units) < 2:
        return None
    distance = _distances(marginals, measurement)
    total = sum(marginals.values())
    observed = sum(n * distance(*pair) for pair, n in coincidences.items())
    expected = sum(
        marginals[one] * marginals[other] * distance(one, other)
        for one in marginals
        for other in marginals
    )
    return 1 - (total - 1) * observed / expected


def _distances(marginals: Counter, measurement: str):
    def ordinal(one: Fraction, other: Fraction) -> Fraction:
        low, high = sorted((one, other))
        between = sum(n for value, n in marginals.items() if low <= value <= high)
        return (between - Fraction(marginals[one] + marginals[other], 2)) ** 2

    return {
        "nominal": lambda one, other: Fraction(one != other),
        "interval": lambda one, other: (one - other) ** 2,
        "ordinal": lambda one, other: Fraction() if one == other else ordinal(one, other),
    }[measurement]
