"""Numbers as people read them: `0.74 [0.44, 0.93]`, `2,016`, `63 %`. Pure."""

from __future__ import annotations


def decimal(value: float, places: int = 2) -> str:
    """A number with fixed places and a true minus; what rounds to zero has no sign."""
    text = f"{value:,.{places}f}"
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def thousands(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}".replace("-", "−")


def percent(share: float) -> str:
    """A share of 1 in whole percents; neither 0 % nor 100 % is said of what is not quite that."""
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 < share < 1:
        return "> 99 %"
    return f"{share * 100:.0f} %"


def plain(value: object) -> str:
    """A value of a scale as it was written: 4, not 4.000000."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def span(seconds: float) -> str:
    """A stretch of time in its largest sensible unit."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
