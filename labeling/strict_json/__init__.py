"""JSON as the database can keep it: what would be changed, lost or refused later is refused here.

Python's own reader accepts NaN, keeps the last of two equal keys, takes lone surrogates and NUL
that PostgreSQL refuses, and runs out of stack on deep nesting.
"""

from labeling.strict_json.lines import iter_lines, iter_values
from labeling.strict_json.reading import MAX_DEPTH, InvalidJson, loads
from labeling.strict_json.writing import dumps, dumps_line, number_text

__all__ = [
    "MAX_DEPTH",
    "InvalidJson",
    "dumps",
    "dumps_line",
    "iter_lines",
    "iter_values",
    "loads",
    "number_text",
]
