"""Bad lines: each named with file, line and field, and nothing written."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labeling.models import Item, Project, Response, Score
from tests import factories

GOOD = '{"id": "good", "prompt": "May I send the kettle back?"}'


@pytest.fixture
def lines(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture) -> Callable:
    """Loads the given lines and returns what stderr says, without the folder's name."""

    def run(kind: str, *given: str | bytes, name: str = "") -> list[str]:
        path = tmp_path / (name or f"{kind}.jsonl")
        texts = (line if isinstance(line, bytes) else line.encode() for line in given)
        path.write_bytes(b"\n".join(texts) + b"\n")
        with pytest.raises(CommandError) as caught:
            call_command("load", project.slug, f"--{kind}", str(path), stdout=StringIO())
        assert caught.value.returncode == 1
        return capsys.readouterr().err.replace(f"{tmp_path}/", "").splitlines()

    return run


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[" * 100_000, "nested deeper than 64 levels"),
        ('{"id": "a", "prompt": "\\ud800"}', "half of a surrogate pair is not a character"),
        ('{"id": "a", "prompt": "x\\u0000"}', "a NUL character cannot be stored"),
        (b'{"id": "a", "prompt": "x\0"}', "a NUL character cannot be stored"),
        ('{"id": "a", "prompt": "x", "metadata": {"n": NaN}}', "NaN is not a JSON number"),
        ('{"id": "a", "prompt": "x", "metadata": {"n": 1e400}}', "the number 1e400 is too large"),
        ('{"id": "a", "id": "b", "prompt": "x"}', "the key `id` stands twice in one object"),
        ('{"id": "a", "metadata": {"n": ' + "9" * 5000 + "}}", "a number of more than 4,300"),
        (b'{"id": "a", "prompt": "\xff"}', "byte 24 is not UTF-8"),
        ('{"id": "a", "prompt": "x"', "a comma or the closing bracket was expected"),
        ('["a"]', "each line must be one JSON object, not a list"),
        ('{"id": "", "prompt": "x"}', "id: is empty"),
        ('{"prompt": "x"}', "id: is missing"),
        ('{"id": 7, "prompt": "x"}', "id: must be a text, not a number"),
        ('{"id": "a\\nb", "prompt": "x"}', "id: holds a control character or a line break"),
        (json.dumps({"id": "a" * 501, "prompt": "x"}), "id: has 501 characters, at most 500"),
        ('{"id": "a"}', "messages: give either `messages` or `prompt`"),
        ('{"id": "a", "prompt": "x", "promt": 1}', "promt: is not a known key; did you mean"),
        ('{"id": "a", "messages": []}', "messages: has 0 messages; 1 to 10,000 are accepted"),
        (
            '{"id": "a", "messages": [{"role": "bot", "content": "x"}]}',
            "messages[0].role: is `bot`",
        ),
        ('{"id": "a", "messages": [{"role": "user"}]}', "messages[0].content: is missing"),
        (
            '{"id": "a", "messages": [{"role": "user", "content": [{"type": "text"}]}]}',
            "messages[0].content[0].text: must be a text, not nothing",
        ),
        ('{"id": "a", "prompt": "x", "tags": ["b", 1]}', "tags: must be a list of at most 100"),
        ('{"id": "a", "prompt": "x", "metadata": []}', "metadata: must be an object, not a list"),
        ('{"id": "a", "prompt": "x", "rubric": [{}]}', "rubric[0].criterion: is missing"),
    ],
)
def test_a_bad_item_is_named_and_nothing_is_written(
    lines: Callable, line: str | bytes, complaint: str
) -> None:
    told = lines("items", GOOD, line)
    assert told[0].startswith("items.jsonl:2: ")
    assert complaint in told[0]
    assert Item.objects.count() == 0


def test_every_bad_line_is_listed(lines: Callable) -> None:
    told = lines("items", "{", GOOD, '{"id": "b"}', '{"id": "c", "prompt": 1, "tags": 2}')
    assert [line.split(": ")[0] for line in told] == [
        *("items.jsonl:1", "items.jsonl:3", "items.jsonl:4", "items.jsonl:4")
    ]


def test_utf_16_is_named(lines: Callable) -> None:
    assert "the text is UTF-16; save it as UTF-8" in lines("items", GOOD.encode("utf-16"))[0]


def test_line_separators_of_unicode_are_text(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text('\ufeff{"id": "a", "prompt": "one\u2028two\u0085three"}\n', encoding="utf-8")
    call_command("load", project.slug, "--items", str(path), stdout=StringIO())
    assert Item.objects.get().messages[0]["content"] == "one\u2028two\u0085three"


def test_a_line_over_the_limit_is_passed_over(
    lines: Callable, settings: pytest.FixtureRequest
) -> None:
    settings.IMPORT_MAX_LINE_BYTES = 1000
    told = lines("items", json.dumps({"id": "a", "prompt": "x" * 2000}), '{"id": "b"}')
    assert told[0] == "items.jsonl:1: is longer than 1,000 bytes"
    assert told[1].startswith("items.jsonl:2: messages: ")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"item_id": "none"}, "item_id: `none` is not an item of this project"),
        ({"output": None}, "output: give exactly one of `output`, `messages` and `withheld`"),
        ({"withheld": "secret"}, "here is `output` and `withheld`"),
        ({"output": None, "withheld": " "}, "withheld: is empty; say why the text is absent"),
        ({"generator": {"name": "m", "kind": "robot"}}, "generator.kind: is `robot`; one of"),
        ({"generator": {"kind": "model"}}, "generator.name: is missing"),
        ({"generator": {"name": "model-a", "kind": "probe"}}, "is known with model"),
        ({"index": -1}, "index: must lie between 0 and 1,000,000"),
        ({"tokens": 1.5}, "tokens: must be a whole number, not 1.5"),
        ({"output": 5}, "output: must be a text or null, not a number"),
        (
            {"output": None, "messages": [{"role": "user", "content": "x"}]},
            "messages: holds no message of the assistant",
        ),
    ],
)
def test_a_bad_response_is_named(
    project: Project, lines: Callable, line: dict, complaint: str
) -> None:
    factories.item(project, "kettle")
    factories.generator(project, "model-a")
    good = {"item_id": "kettle", "generator": "model-a", "output": "Yes."}
    told = lines("responses", json.dumps(good), json.dumps({**good, **line}))
    assert told[0].startswith("responses.jsonl:2: ")
    assert complaint in told[0]
    assert Response.objects.count() == 0


RATED = "response_id,criterion,rater,value\nr1,polite,ana,Met\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("r2,polite,ana,Met", "2: response_id: `r2` is not a response of this project"),
        (
            "r1,kind,ana,Met",
            "criterion: `kind` is not in the rubric; its criteria are cites_policy",
        ),
        (
            "r1,polite,ana,6",
            "value: `polite`: `value` is 6, which the scale does not have; allowed are 0 (Not met)",
        ),
        ("r1,polite,ana,Maybe", "value: `polite`: `value` is `Maybe`, which the scale does not"),
        ("r1,polite,,Met", "rater: is missing"),
        ("r1,polite,ana", "has 3 columns, the header has 4"),
        (b"r1,polite,ana,M\0et", "a NUL character cannot be stored"),
        (b"r1,polite,ana,\xff", "byte 15 is not UTF-8"),
        ('r1,polite,ana,"Met" x', "is not CSV: "),
        ('r1,polite,ana,"Met', "a quoted cell begins here and never ends"),
    ],
)
def test_a_bad_rating_is_named(
    project: Project, lines: Callable, text: str | bytes, complaint: str
) -> None:
    factories.published(project)
    factories.response(factories.item(project), external_id="r1")
    header = "response_id,criterion,rater,value"
    told = lines("ratings", header, text, name="ratings.csv")
    assert told[0].startswith("ratings.csv:2: ")
    assert complaint in told[0]
    assert Score.objects.count() == 0


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("response_id,criterion,ratr,value", "ratings.csv:1: ratr: is not a known key; did you"),
        ("response_id,rater,rater,value", "ratings.csv:1: rater: stands twice in the header"),
        ("", "ratings.csv:1: the file is empty; a header was expected"),
    ],
)
def test_a_wrong_header_is_named_once(
    project: Project, lines: Callable, header: str, complaint: str
) -> None:
    factories.published(project)
    told = lines(
        "ratings", header, *(["r1,polite,ana,Met"] * 50 if header else []), name="ratings.csv"
    )
    assert told[0].startswith(complaint)
    assert len(told) == 1


def test_ratings_without_a_rubric_say_so(lines: Callable) -> None:
    told = lines("ratings", RATED, name="ratings.csv")
    assert told == ["ratings.csv: ratings need a rubric: give its file too"]


def test_a_bad_rubric_is_named_by_place(lines: Callable) -> None:
    rubric = json.dumps({"title": "T", "criteria": [{"criterion": "c", "points": 0}]})
    told = lines("rubric", rubric, name="rubric.json")
    assert told[0].startswith("rubric.json: criteria[0].points: are 0")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({}, "reward: is missing; a grade without reward needs an `error`"),
        ({"reward": 1, "error": "timeout"}, "must be null where there is an `error`"),
        ({"reward": None, "error": ""}, "error: is empty"),
        ({"reward": "much"}, "reward: must be a number, not `much`"),
        ({"reward": 1, "score": 1}, "score: says the same as `reward`"),
        ({"reward": 1, "response_id": "r2"}, "`r2` is not a response of this project"),
        ({"reward": 1, "criterion": "kind"}, "criterion: `kind` is not in the rubric"),
    ],
)
def test_a_bad_grade_is_named(
    project: Project, lines: Callable, line: dict, complaint: str
) -> None:
    factories.published(project)
    factories.response(factories.item(project), external_id="r1")
    told = lines("grades", json.dumps({"response_id": "r1", "grader": "judge", **line}))
    assert told[0].startswith("grades.jsonl:1: ")
    assert complaint in told[0]


def test_wrong_usage_is_told_apart_from_bad_input(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("load", "refunds")
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="There is no project") as caught:
        call_command("load", "refunds", items=_file(tmp_path))
    assert caught.value.returncode == 1
    with pytest.raises(CommandError, match="there is no such file") as caught:
        call_command("load", "refunds", "--create", items=tmp_path / "away.jsonl")
    assert caught.value.returncode == 1


def test_a_refused_load_leaves_no_project_behind(db: None, tmp_path: Path) -> None:
    path = _file(tmp_path, "{")
    with pytest.raises(CommandError, match="Nothing was loaded: 1 problems"):
        call_command("load", "fresh", "--create", items=path)
    assert not Project.objects.filter(slug="fresh").exists()


def _file(folder: Path, text: str = GOOD) -> Path:
    path = folder / "items.jsonl"
    path.write_text(text + "\n")
    return path
