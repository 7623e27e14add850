"""CSV that a spreadsheet cannot mistake for formulas. Pure."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

# Excel, LibreOffice and Sheets evaluate cells that begin so, also in quotes.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

type Value = str | int | float | Decimal | None


def cell(value: Value) -> str:
    """The text of one cell: numbers stay numbers, text never starts a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        if not math.isfinite(value):
            raise ValueError("a number in a CSV file must be finite")
        return str(value)
    return f"'{value}" if value.startswith(DANGEROUS) else value


def document(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A whole CSV file with one header line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return out.getvalue()
