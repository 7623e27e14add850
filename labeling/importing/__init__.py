"""The second verb: files become rubrics, items, responses, ratings, known answers and grades.

`load` takes all given files in one transaction, whole or not at all. Lines stream through a
check into temporary tables; what is new, the same or in conflict is found by set-based SQL.
"""

from labeling.importing.context import Loading
from labeling.importing.faults import Fault, FaultLog
from labeling.importing.loading import load
from labeling.importing.machines import register as register_machines
from labeling.importing.report import KINDS, UPLOADED, Counts, Report
from labeling.importing.stations import register

__all__ = [
    "KINDS",
    "UPLOADED",
    "Counts",
    "Fault",
    "FaultLog",
    "Loading",
    "Report",
    "load",
    "register",
    "register_machines",
]
