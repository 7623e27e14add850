"""Everything the agreement report says about one criterion in one slice, from its counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from evals.reliability import bootstrap, cautions, chance, gwet, sentences
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.bootstrap import Interval, Resampled
from evals.reliability.cautions import Caution
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import Measurement
from evals.reliability.tally import Counted, Tally, tallied

# A longer list of values is a distribution, not a prevalence anybody reads.
_PREVALENCE_VALUES_MAX = 101
# A larger table of coincidences is a cloud.
_COINCIDENCE_LEVELS_MAX = 12

type Engine = Literal["own", "krippendorff"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic with its interval, or the reason in words why it has no value."""

    value: float | None
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    undefined: Undefined | None
    undefined_reason: str | None
    one_class: bool


@dataclass(frozen=True, slots=True)
class Applicability:
    """How often experts said that the criterion does not apply, or that they cannot tell.

    `units_na` are units that somebody called NA, `units_disputed` those of them that somebody else
    scored. Neither answer counts as a value anywhere.
    """

    n_na: int
    n_cannot_assess: int
    units_na: int
    units_disputed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts, what chance explains of them, coefficients with intervals, and cautions."""

    measurement: Measurement
    n_items: int
    n_units: int
    n_pairable_units: int
    n_ratings: int
    percent: float | None
    unanimous: int
    expected_unanimous: float
    expected_p: float | None  # one-sided: as many unanimous units by dealing the ratings anew
    prevalence: dict[str, float]
    coincidences: tuple[tuple[float, ...], ...] | None  # short scales only
    applicability: Applicability
    alpha: Estimate
    ac1: Estimate
    ac2: Estimate | None  # ordinal scales only
    alpha_below_667: float | None
    alpha_below_800: float | None
    ci_method: str
    ci_level: float
    resamples: int
    resamples_undefined: int
    seed: int
    cautions: tuple[Caution, ...]


def summarise(
    counted: Counted,
    *,
    measurement: Measurement | str,
    raters: int,
    labels: Mapping[float, str] | None = None,
    seed: int = 0,
    resamples: int = 1_000,
    ci_level: float = 0.95,
    engine: Engine = "own",
) -> Summary:
    """Measure one criterion. `raters` is how many experts rated it, `labels` names its levels."""
    scale, whole = Measurement(measurement), tallied(counted)
    tally = whole.scored()
    drawn = bootstrap.resample(tally, scale, seed=seed, resamples=resamples, ci_level=ci_level)
    alpha = _estimate(
        _alpha(tally, scale, raters, engine), drawn.alpha, sentences.ALPHA(), tally, raters
    )
    ac1 = _estimate(gwet.ac1(tally, raters=raters), drawn.ac1, sentences.AC1(), tally, raters)
    measured = alpha.ci_low is not None
    return Summary(
        measurement=scale,
        n_items=tally.n_items,
        n_units=tally.n_units,
        n_pairable_units=tally.n_pairable,
        n_ratings=tally.n_ratings,
        percent=tally.percent(),
        unanimous=tally.unanimous,
        expected_unanimous=chance.expected_unanimous(tally),
        expected_p=chance.p_value(tally, seed=seed),
        prevalence=_prevalence(tally, labels or {}),
        coincidences=_coincidences(tally),
        applicability=_applicability(whole),
        alpha=alpha,
        ac1=ac1,
        ac2=_ac2(tally, scale, raters, drawn.ac2),
        alpha_below_667=drawn.alpha_below_667 if measured else None,
        alpha_below_800=drawn.alpha_below_800 if measured else None,
        ci_method=alpha.ci_method if measured else ac1.ci_method,
        ci_level=ci_level,
        resamples=drawn.resamples,
        resamples_undefined=drawn.resamples_undefined,
        seed=seed,
        cautions=tuple(_cautions(tally, alpha, ac1, drawn)),
    )


def to_json(summary: Summary) -> dict[str, Any]:
    """The report's fields as plain JSON values; there is no NaN to begin with."""
    document = asdict(summary)
    for name in ("alpha", "ac1", "ac2"):
        if document[name] is not None:
            document[name]["undefined_code"] = document[name].pop("undefined")
    document["cautions"] = [
        {"code": caution.code.value, "text": caution.sentence} for caution in summary.cautions
    ]
    document["measurement"] = summary.measurement.value
    if summary.coincidences is not None:
        document["coincidences"] = [list(row) for row in summary.coincidences]
    return document


def _alpha(tally: Tally, measurement: Measurement, raters: int, engine: Engine) -> Statistic:
    if engine == "krippendorff":
        # Imported here: the product measures without the package when it is not installed.
        from evals.reliability import package

        return package.krippendorff_alpha(tally, measurement, raters=raters)
    return krippendorff_alpha(tally, measurement, raters=raters)


def _ac2(
    tally: Tally, measurement: Measurement, raters: int, interval: Interval
) -> Estimate | None:
    if measurement is not Measurement.ORDINAL:
        return None
    return _estimate(gwet.ac2(tally, raters=raters), interval, sentences.AC2(), tally, raters)


def _estimate(
    statistic: Statistic, interval: Interval, name: str, tally: Tally, raters: int
) -> Estimate:
    """Join value and interval; what has no value has no interval either."""
    if statistic.undefined is None:
        return Estimate(
            statistic.value,
            interval.low,
            interval.high,
            interval.method,
            None,
            None,
            statistic.one_class,
        )
    reason = statistic.undefined.sentence(raters=raters, units=tally.n_pairable, statistic=name)
    method = sentences.NO_INTERVAL(statistic=name)
    return Estimate(None, None, None, method, statistic.undefined, reason, False)


def _prevalence(tally: Tally, labels: Mapping[float, str]) -> dict[str, float]:
    if len(tally.values) > _PREVALENCE_VALUES_MAX:
        return {}
    return {
        labels.get(value, f"{value:g}"): float(share)
        for value, share in zip(tally.values, tally.shares(), strict=True)
    }


def _coincidences(tally: Tally) -> tuple[tuple[float, ...], ...] | None:
    """Levels x levels: pairs of ratings of one unit, each unit's pairs divided by m - 1.

    Symmetric; row sums are the ratings of each level on shared units (Krippendorff's o_ck).
    """
    if not tally.values or len(tally.values) > _COINCIDENCE_LEVELS_MAX or not tally.n_pairable:
        return None
    shared = tally.pairable()
    rows, weights = tally.rows[shared], tally.repeats[shared] / (tally.sizes[shared] - 1)
    pairs = rows.T @ (rows * weights[:, None]) - np.diag(weights @ rows)
    return tuple(tuple(float(pair) for pair in row) for row in pairs)


def _applicability(tally: Tally) -> Applicability:
    na = tally.na > 0
    return Applicability(
        n_na=tally.n_na,
        n_cannot_assess=tally.n_cannot,
        units_na=int(tally.repeats[na].sum()),
        units_disputed=int(tally.repeats[na & (tally.sizes > 0)].sum()),
    )


def _cautions(tally: Tally, alpha: Estimate, ac1: Estimate, drawn: Resampled) -> list[Caution]:
    expected = chance.expected_unanimous(tally)
    return [
        *cautions.about_counts(tally, unanimous=tally.unanimous, expected=expected),
        *cautions.about_coefficients(tally, alpha=alpha.value, ac1=ac1.value),
        *cautions.about_interval(
            low=alpha.ci_low,
            high=alpha.ci_high,
            resamples=drawn.resamples,
            undefined=drawn.resamples_undefined if alpha.value is not None else 0,
        ),
    ]
