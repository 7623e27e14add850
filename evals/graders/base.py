"""What every grader takes and gives: a sample and an item in, an outcome out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class ErrorCode(StrEnum):
    """Why there is no grade; the names are the error flags of the served grader endpoint."""

    FORMULA_PARSE = "formula_parse_error"
    SAMPLE_PARSE = "sample_parse_error"
    TRUNCATED_OBSERVATION = "truncated_observation_error"
    UNRESPONSIVE_REWARD = "unresponsive_reward_error"
    INVALID_VARIABLE = "invalid_variable_error"
    OTHER = "other_error"
    PYTHON_GRADER_SERVER = "python_grader_server_error"
    PYTHON_GRADER_RUNTIME = "python_grader_runtime_error"
    MODEL_GRADER_SERVER = "model_grader_server_error"
    MODEL_GRADER_REFUSAL = "model_grader_refusal_error"
    MODEL_GRADER_PARSE = "model_grader_parse_error"


class Absent:
    """The type of ABSENT: JSON has a null of its own, so absence needs another value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Sample:
    """One response as graders see it; `output_json` is ABSENT when the text is not JSON."""

    output_text: str | None = None
    output_json: object = ABSENT
    output_tools: Sequence[Mapping[str, object]] = ()
    choices: Sequence[Mapping[str, object]] = ()

    @classmethod
    def of_text(cls, text: str | None, tools: Sequence[Mapping[str, object]] = ()) -> "Sample":
        """The sample of a response's text and tool calls, in the shape of a chat completion."""
        message: dict[str, object] = {"role": "assistant", "content": text}
        if tools:
            message["tool_calls"] = list(tools)
        return cls(text, parsed_json(text), tuple(tools), ({"index": 0, "message": message},))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reward, or the reason why there is none; never both and never neither."""

    reward: float | None
    error: ErrorCode | None = None
    details: str = ""

    def __post_init__(self) -> None:
        if (self.reward is None) == (self.error is None):
            raise ValueError("An outcome has either a reward or an error.")

    @classmethod
    def failed(cls, error: ErrorCode, details: str) -> "Outcome":
        """No reward: an error is never a grade."""
        return cls(None, error, details)


class Grader(Protocol):
    """Anything that can grade a sample; `item` holds the fields of the dataset row."""

    @property
    def name(self) -> str: ...

    def grade(self, sample: Sample, item: Mapping[str, object]) -> Outcome: ...


def parsed_json(text: str | None) -> object:
    """The value of a text that is strict JSON, else ABSENT."""
    try:
        return ABSENT if text is None else json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return ABSENT


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
