"""Everything the agreement report says about one criterion in one slice, from its counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evals.reliability import bootstrap, cautions, chance, gwet
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.bootstrap import Interval, Resampled
from evals.reliability.cautions import Caution
from evals.reliability.counts import UnitCounts, distinct_items
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import Measurement

# A longer list of values is a distribution, not a prevalence anybody reads.
_PREVALENCE_VALUES_MAX = 101

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
    prevalence: dict[str, float]
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
    counts: UnitCounts,
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
    scale = Measurement(measurement)
    drawn = bootstrap.resample(counts, scale, seed=seed, resamples=resamples, ci_level=ci_level)
    alpha = _estimate(_alpha(counts, scale, raters, engine), drawn.alpha, "alpha", counts, raters)
    ac1 = _estimate(gwet.ac1(counts, raters=raters), drawn.ac1, "AC1", counts, raters)
    measured = alpha.ci_low is not None
    return Summary(
        measurement=scale,
        n_items=distinct_items(counts.items[counts.sizes > 0]),
        n_units=int((counts.sizes > 0).sum()),
        n_pairable_units=int(counts.pairable().sum()),
        n_ratings=int(counts.sizes.sum()),
        percent=counts.percent(),
        unanimous=chance.unanimous(counts),
        expected_unanimous=chance.expected_unanimous(counts),
        prevalence=_prevalence(counts, labels or {}),
        alpha=alpha,
        ac1=ac1,
        ac2=_ac2(counts, scale, raters, drawn.ac2),
        alpha_below_667=drawn.alpha_below_667 if measured else None,
        alpha_below_800=drawn.alpha_below_800 if measured else None,
        ci_method=alpha.ci_method if measured else ac1.ci_method,
        ci_level=ci_level,
        resamples=drawn.resamples,
        resamples_undefined=drawn.resamples_undefined,
        seed=seed,
        cautions=tuple(_cautions(counts, alpha, ac1, drawn)),
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
    return document


def _alpha(counts: UnitCounts, measurement: Measurement, raters: int, engine: Engine) -> Statistic:
    if engine == "krippendorff":
        # Imported here: the product measures without the package when it is not installed.
        from evals.reliability import package

        return package.krippendorff_alpha(counts, measurement, raters=raters)
    return krippendorff_alpha(counts, measurement, raters=raters)


def _ac2(
    counts: UnitCounts, measurement: Measurement, raters: int, interval: Interval
) -> Estimate | None:
    if measurement is not Measurement.ORDINAL:
        return None
    return _estimate(gwet.ac2(counts, raters=raters), interval, "AC2", counts, raters)


def _estimate(
    statistic: Statistic, interval: Interval, name: str, counts: UnitCounts, raters: int
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
    reason = statistic.undefined.sentence(
        raters=raters, units=int(counts.pairable().sum()), statistic=name
    )
    method = f"no interval: {name} is undefined"
    return Estimate(None, None, None, method, statistic.undefined, reason, False)


def _prevalence(counts: UnitCounts, labels: Mapping[float, str]) -> dict[str, float]:
    if len(counts.values) > _PREVALENCE_VALUES_MAX:
        return {}
    return {
        labels.get(value, f"{value:g}"): float(share)
        for value, share in zip(counts.values, counts.shares(), strict=True)
    }


def _cautions(
    counts: UnitCounts, alpha: Estimate, ac1: Estimate, drawn: Resampled
) -> list[Caution]:
    unanimous, expected = chance.unanimous(counts), chance.expected_unanimous(counts)
    return [
        *cautions.about_counts(counts, unanimous=unanimous, expected=expected),
        *cautions.about_coefficients(counts, alpha=alpha.value, ac1=ac1.value),
        *cautions.about_interval(
            low=alpha.ci_low,
            high=alpha.ci_high,
            resamples=drawn.resamples,
            undefined=drawn.resamples_undefined if alpha.value is not None else 0,
        ),
    ]
