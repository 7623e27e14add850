"""The facts people enter. One module a station of the path; import from here."""

from labeling.models.answering import AnswerPlace, AnswerReturn, ExpertWriter
from labeling.models.batches import TOGETHER, Assignment, Batch, QueueEntry, RaterCursor, Way
from labeling.models.disputes import Dispute, DisputeMark
from labeling.models.drafting import DraftChange
from labeling.models.examples import WorkedExample
from labeling.models.flags import Flag, FlagAnswer, FlagState
from labeling.models.gold import GoldAnswer
from labeling.models.imports import Import
from labeling.models.items import Generator, GeneratorKind, Item, Response
from labeling.models.logins import Knock, KnownAddress
from labeling.models.people import ApiToken, Membership, Project, Role, User
from labeling.models.practising import PracticePass
from labeling.models.ratings import Adjudication, Answer, Rating, RatingDraft, Score
from labeling.models.reasks import Reask
from labeling.models.rubrics import Criterion, Level, Rubric, RubricVersion
from labeling.models.running import Reminder, TimeCorrection
from labeling.models.runs import Heartbeat, Run, RunState
from labeling.models.stops import UnitStop
from labeling.models.waivers import LintWaiver

__all__ = [
    "TOGETHER",
    "Adjudication",
    "Answer",
    "AnswerPlace",
    "AnswerReturn",
    "ApiToken",
    "Assignment",
    "Batch",
    "Criterion",
    "Dispute",
    "DisputeMark",
    "DraftChange",
    "ExpertWriter",
    "Flag",
    "FlagAnswer",
    "FlagState",
    "Generator",
    "GeneratorKind",
    "GoldAnswer",
    "Heartbeat",
    "Import",
    "Item",
    "Knock",
    "KnownAddress",
    "Level",
    "LintWaiver",
    "Membership",
    "PracticePass",
    "Project",
    "QueueEntry",
    "RaterCursor",
    "Rating",
    "RatingDraft",
    "Reask",
    "Reminder",
    "Response",
    "Role",
    "Rubric",
    "RubricVersion",
    "Run",
    "RunState",
    "Score",
    "TimeCorrection",
    "UnitStop",
    "User",
    "Way",
    "WorkedExample",
]
