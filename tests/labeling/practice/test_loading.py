"""`load --gold`: known answers from the shell, whole or not at all, the same file again nothing."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import importing, practice
from labeling.models import GoldAnswer
from tests import factories
from tests.labeling.loading import run_load, write_lines

WHY = "Paragraph 4 decides it."
RUBRIC = {"title": "Tone", "criteria": [{"key": "calm", "criterion": "Is calm.", "points": 1}]}


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def responses(project, version):
    items = [factories.item(project, f"case-{n}") for n in range(3)]
    return [factories.response(one) for one in items]


@pytest.fixture
def load(project, tmp_path):
    """Loads lines as known answers; the document of the load."""

    def run(*lines, arguments=()):
        path = write_lines(tmp_path / "gold.jsonl", lines)
        return run_load(project.slug, "--gold", path, *arguments)

    return run


def line(response, value=1, criterion="cites_policy", why=WHY):
    name = getattr(response, "external_id", response)
    return {"response_id": name, "criterion": criterion, "value": value, "explanation": why}


def fates(told):
    counts = told["gold"]
    return counts["new"], counts["same"], counts["rejected"]


def faults(told):
    return [(one["line"], one["field"], one["message"]) for one in told["problems"]]


class TestTaking:
    def test_each_line_is_what_is_right_of_a_unit_and_why(self, load, version, responses):
        told = load(line(responses[0]), line(responses[1], "Not met", "polite", "  It is rude. "))
        assert (fates(told), told["loaded"]) == ((2, 0, 0), True)
        rows = GoldAnswer.objects.order_by("response").values_list(
            "response", "lineage__key", "value", "explanation", "source", "revision", "by"
        )
        assert list(rows) == [
            (responses[0].pk, "cites_policy", 1, WHY, "imported", 1, None),
            (responses[1].pk, "polite", 0, "It is rude.", "imported", 1, None),
        ]

    def test_the_same_file_again_adds_nothing(self, load, responses):
        lines = [line(responses[0]), line(responses[1], "0")]
        load(*lines)
        assert fates(load(*lines)) == (0, 2, 0)
        assert fates(load(*lines, line(responses[2]))) == (1, 2, 0)
        assert GoldAnswer.objects.count() == 3

    @pytest.mark.parametrize("other", [{"value": 0}, {"why": "It names paragraph 4."}])
    def test_what_says_otherwise_is_the_next_revision(self, load, responses, other):
        load(line(responses[0]))
        assert fates(load(line(responses[0], **other))) == (1, 0, 0)
        assert [one.revision for one in GoldAnswer.objects.order_by("pk")] == [1, 2]

    def test_what_an_author_changed_since_stays_changed(
        self, load, project, version, responses, amy, capsys
    ):
        load(line(responses[0]), line(responses[1]))
        key = "cites_policy"
        practice.set_known(responses[0], version, key, "0", "No: paragraph 5.", by=amy)
        gone = GoldAnswer.objects.get(response=responses[1])
        practice.withdraw_known(gone, "Nobody can tell.", by=amy)
        capsys.readouterr()
        assert fates(load(line(responses[0]), line(responses[1]))) == (0, 2, 0)
        assert "2 known answers of the file were loaded before and changed since" in (
            capsys.readouterr().err
        )
        (standing,) = GoldAnswer.objects.standing()
        assert (standing.response, standing.value) == (responses[0], 0)

    def test_a_rubric_and_its_responses_come_in_the_same_load(self, project, tmp_path):
        rubric = tmp_path / "rubric.json"
        rubric.write_text(json.dumps(RUBRIC))
        answer = {"id": "r1", "item_id": "case-1", "generator": "model-a", "output": "Yes."}
        told = run_load(
            *(project.slug, "--rubric", rubric),
            *("--items", write_lines(tmp_path / "i.jsonl", [{"id": "case-1", "prompt": "May I?"}])),
            *("--responses", write_lines(tmp_path / "r.jsonl", [answer])),
            *("--gold", write_lines(tmp_path / "g.jsonl", [line("r1", "Met", "calm")])),
        )
        assert fates(told) == (1, 0, 0)
        assert GoldAnswer.objects.get().response.external_id == "r1"

    def test_a_table_and_other_names_are_read_as_ratings_are(self, project, responses, tmp_path):
        table = tmp_path / "gold.csv"
        table.write_text(f"id,criterion,value,reason\n{responses[0].external_id},polite,yes,Is.\n")
        names = tmp_path / "map.json"
        columns = {"id": "response_id", "reason": "explanation"}
        names.write_text(json.dumps({"columns": columns, "values": {"polite": {"yes": 1}}}))
        told = run_load(project.slug, "--gold", table, "--map", names)
        assert (fates(told), GoldAnswer.objects.get().value) == ((1, 0, 0), 1)

    def test_a_large_file_asks_as_often_as_a_small_one(self, project, version, tmp_path):
        """Each response is known under both criteria."""
        counts = set()
        for number in (1, 40):
            items = [factories.item(project, f"of-{number}-{n}") for n in range(number)]
            made = [factories.response(one) for one in items]
            lines = [line(one, 1, key) for one in made for key in ("cites_policy", "polite")]
            path = write_lines(tmp_path / f"{number}.jsonl", lines)
            with CaptureQueriesContext(connection) as queries:
                assert fates(run_load(project.slug, "--gold", path)) == (2 * number, 0, 0)
            counts.add(len(queries))
        assert len(counts) == 1, counts


class TestRefusing:
    @pytest.mark.parametrize(
        ("said", "field", "message"),
        [
            ({"response_id": "nowhere"}, "response_id", "`nowhere` is not a response of this"),
            ({"criterion": "grace"}, "criterion", "`grace` is not in the rubric"),
            ({"value": 7}, "value", "7"),
            ({"value": "NA"}, "value", "a known answer is a value of the scale"),
            ({"value": ""}, "value", "a known answer is a value of the scale"),
            ({"value": None}, "value", "a known answer is a value of the scale"),
            ({"explanation": " "}, "explanation", "say why"),
            ({"explanation": "a" * 20_001}, "explanation", "20,001 characters"),
            ({"explanation": 4}, "explanation", "must be a text"),
            ({"rater": "ana"}, "rater", "not a known"),
        ],
    )
    def test_one_bad_line_leaves_nothing_and_is_named(self, load, responses, said, field, message):
        told = load(line(responses[0]), line(responses[1]) | said)
        assert (told["loaded"], fates(told)[2]) == (False, 1)
        ((number, where, text),) = faults(told)
        assert (number, where) == (2, field)
        assert message in text
        assert not GoldAnswer.objects.exists()

    def test_every_bad_line_is_listed_at_once(self, load, responses):
        told = load(line("x"), line(responses[0]), line(responses[1], 7), line("y"))
        assert [number for number, _, _ in faults(told)] == [1, 3, 4]

    def test_a_unit_is_said_once_in_a_file(self, load, responses):
        told = load(line(responses[0]), line(responses[0], 1, "polite"), line(responses[0]))
        assert faults(told) == [(3, "criterion", "says the same unit as line 1")]

    def test_of_a_withheld_response_nothing_is_known(self, load, project, version):
        gone = factories.response(factories.item(project), withheld="Not licensed.")
        ((_, where, text),) = faults(load(line(gone)))
        assert (where, "is withheld" in text) == ("response_id", True)

    def test_leave_to_skip_takes_the_good_lines_and_writes_the_bad_aside(
        self, load, responses, tmp_path
    ):
        told = load(line("x"), line(responses[0]), arguments=["--skip-invalid"])
        assert (told["loaded"], fates(told)) == (True, (1, 0, 1))
        (bad,) = (tmp_path / "gold.jsonl.rejects.jsonl").read_text().splitlines()
        assert json.loads(bad)["line"] == 1

    def test_without_a_rubric_nothing_can_be_known(self, project, tmp_path):
        path = write_lines(tmp_path / "gold.jsonl", [line("r1")])
        ((number, _, text),) = faults(run_load(project.slug, "--gold", path))
        assert (number, "known answers need a rubric" in text) == (None, True)

    def test_a_person_loads_nothing_of_what_they_may_yet_judge(
        self, project, version, responses, tmp_path
    ):
        """Nor do they learn what is known there: it is refused before it is compared."""
        eve = factories.member(project, "eve", "admin", "expert")
        factories.gold(responses[0], version)
        factories.batch(version, responses[:1])
        for value in (0, 1):
            lines = [line(responses[0], value), line(responses[1], value)]
            path = write_lines(tmp_path / "gold.jsonl", lines)
            report = importing.load(project, {"gold": Path(path)}, by=eve)
            ((fault),) = report.faults
            assert (fault.line, report.taken) == (1, False)
            assert "you may be asked to judge" in fault.message
        write_lines(path, [line(responses[1])])
        assert importing.load(project, {"gold": Path(path)}, by=eve).taken
        assert GoldAnswer.objects.get(response=responses[1]).by == eve
