"""Practice at the desk: the known answer at once, one's own result, and work behind a pass."""

from __future__ import annotations

import pytest

from labeling import assigning
from labeling.models import Batch, PracticePass, Rating
from labeling.views.grids import beside
from labeling.ways import Asking
from tests import factories
from tests.labeling.practice.practising import go_through, known_responses, opened
from tests.web.desk.requests import LogIn, address, body, form, send
from tests.web.desk.test_grids import form as grid_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def practice_batch(project, version) -> Batch:
    return opened(version, known_responses(project, version, 20))


@pytest.fixture
def work(project, version, practice_batch) -> Batch:
    main = opened(version, [factories.response(factories.item(project))], kind="main", name="Main")
    Batch.objects.filter(pk=main.pk).update(requires_practice=True)
    main.refresh_from_db()
    return main


class TestAfterAnAnswer:
    def test_the_known_answer_stands_beside_ones_own_with_the_reason(
        self, as_user: LogIn, ana, practice_batch
    ):
        seat = assigning.claim_next(practice_batch, ana)
        client = as_user(ana)
        assert "Paragraph 4 decides it." not in client.get(address(seat)).text
        shown = client.post(address(seat, "submit"), form(seat, cites_policy="0"), follow=True)
        assert shown.redirect_chain[-1][0] == address(seat)
        for text in ("0 of 1 as known", "Not the known answer", "Paragraph 4 decides it."):
            assert text in shown.text
        assert "0 of 1 answers were the known one so far; 19 responses to go." in shown.text
        assert "Next response" in shown.text
        assert "Correct your answers" not in shown.text

    def test_a_script_is_led_to_it(self, as_user: LogIn, ana, practice_batch):
        seat = assigning.claim_next(practice_batch, ana)
        answer = send(as_user(ana), address(seat, "submit"), body(seat))
        assert answer.json()["next"] == address(seat)

    def test_nothing_is_known_to_anybody_before(self, as_user: LogIn, ana, practice_batch):
        """Neither in the page, nor while saving, nor in what a refused submit answers."""
        seat = assigning.claim_next(practice_batch, ana)
        client = as_user(ana)
        sent = {"answers": {}, "edit": 0, "writer": "t", "seq": 1}
        got = [
            client.get(address(seat)),
            client.get(f"/desk/{practice_batch.pk}/"),
            send(client, address(seat, "draft"), sent),
            send(client, address(seat, "submit"), body(seat, polite="")),
        ]
        for answer in got:
            assert "Paragraph 4" not in answer.text
            assert "gold" not in answer.text.casefold()

    def test_the_first_answer_cannot_be_changed(self, as_user: LogIn, ana, practice_batch):
        seat = assigning.claim_next(practice_batch, ana)
        client = as_user(ana)
        client.post(address(seat, "submit"), form(seat))
        assert client.post(address(seat, "undo")).status_code == 409
        again = client.post(address(seat, "submit"), form(seat) | {"corrects": "1"})
        assert again.status_code == 409
        assert "first answer stands" in again.text


class TestResult:
    def test_one_reads_ones_own_with_the_rule_and_its_errors(
        self, as_user: LogIn, ana, ben, practice_batch
    ):
        go_through(practice_batch, ana, right=17)
        go_through(practice_batch, ben, right=3)
        page = as_user(ana).get(f"/desk/{practice_batch.pk}/").text
        assert "Passed: 17 of 20 answers were the known one." in page
        assert "16 of 20 answers must be the known one." in page
        assert "probability .957" in page
        assert "3 of 20" not in page

    def test_the_admin_reads_all_in_the_order_of_names(
        self, as_user: LogIn, carol, ana, ben, practice_batch
    ):
        go_through(practice_batch, ana, right=3)
        go_through(practice_batch, ben, right=17)
        page = as_user(carol).get(practice_batch.get_absolute_url()).text
        rows = page[page.index("Results of practice") :]
        assert rows.index("ana") < rows.index("ben")
        assert rows.index("Not passed") < rows.index(">Passed<")
        assert "everybody takes all of it" in page

    def test_nobody_else_does(self, as_user: LogIn, ana, project, practice_batch):
        go_through(practice_batch, ana, right=3)
        viewer = factories.member(project, "vera", "viewer")
        assert (
            "Results of practice" not in as_user(viewer).get(practice_batch.get_absolute_url()).text
        )


class TestBeforeWork:
    def test_the_desk_says_what_to_do(self, as_user: LogIn, ana, work, practice_batch):
        client = as_user(ana)
        for answer, status in (
            (client.get(f"/desk/{work.pk}/"), 200),
            (client.post(f"/desk/{work.pk}/"), 409),
        ):
            assert answer.status_code == status
            assert "Practice first" in answer.text
            assert "Start practice" in answer.text
            assert f'action="/desk/{practice_batch.pk}/"' in answer.text
        assert not work.assignments.exists()

    def test_who_did_not_pass_reads_how_it_went(self, as_user: LogIn, ana, work, practice_batch):
        go_through(practice_batch, ana, right=12)
        page = as_user(ana).get(f"/desk/{work.pk}/").text
        assert "Not passed: 12 of 20 answers were the known one, 16 are needed." in page
        assert "another practice batch" in page

    def test_who_passed_gets_work(self, as_user: LogIn, ana, work, practice_batch):
        go_through(practice_batch, ana, right=16)
        answer = as_user(ana).post(f"/desk/{work.pk}/")
        assert answer["Location"] == address(work.assignments.get())

    def test_without_practice_there_is_a_word_too(self, as_user: LogIn, ana, work, practice_batch):
        Batch.objects.filter(pk=practice_batch.pk).update(kind="audit")
        assert "There is no practice batch yet" in as_user(ana).get(f"/desk/{work.pk}/").text


class TestSettings:
    def test_an_admin_asks_for_practice_and_mixes_checks_in(self, as_user: LogIn, carol, work):
        url = f"{work.get_absolute_url()}checks"
        client = as_user(carol)
        assert "can be mixed in" in client.get(url).text
        said = {"gold_percent": 10, "repeat_percent": 5, "repeat_days": 4}
        page = client.post(url, said, follow=True).text
        assert "10 % checks with a known answer and 5 % repeats after 4 days or more" in page
        work.refresh_from_db()
        assert (work.requires_practice, work.gold_percent, work.repeat_days) == (False, 10, 4)

    @pytest.mark.parametrize(
        "wrong", [{"gold_percent": 60}, {"repeat_days": 0}, {"repeat_percent": 45}]
    )
    def test_what_is_out_of_bounds_is_said(self, as_user: LogIn, carol, work, wrong):
        said = {"gold_percent": 10, "repeat_percent": 5, "repeat_days": 4} | wrong
        answer = as_user(carol).post(f"{work.get_absolute_url()}checks", said)
        assert answer.status_code == 422
        work.refresh_from_db()
        assert work.gold_percent == 0

    def test_the_ladder(self, as_user: LogIn, carol, ana, dan, work):
        url = f"{work.get_absolute_url()}checks"
        assert as_user(ana).get(url).status_code == 403
        assert as_user(dan).get(url).status_code == 404
        assert as_user(carol).delete(url).status_code == 405
        Batch.objects.filter(pk=work.pk).update(state="closed")
        said = {"gold_percent": 10, "repeat_percent": 5, "repeat_days": 4}
        assert as_user(carol).post(url, said).status_code == 409


class TestSideBySide:
    """Responses of an item are explained one after the other, once all of them are answered."""

    @pytest.fixture
    def grids(self, project, version) -> Batch:
        """Two items of five responses each, with two known answers a response: 20 of them."""
        known = []
        for _ in range(2):
            item = factories.item(project)
            for index in range(5):
                known.append(factories.response(item, index=index))
                for key in ("cites_policy", "polite"):
                    factories.gold(known[-1], version, 1, key=key)
        return opened(version, known, asking=Asking(way="grid"))

    def test_each_is_explained_and_a_pass_is_put_on_record(self, as_user: LogIn, ana, grids):
        client = as_user(ana)
        for right in ("10 of 10 answers were the known one so far; 5", "Passed: 20 of 20"):
            lead = assigning.claim_next(grids, ana)
            seats = beside(lead)
            sent = grid_form(seats) | {f"value:{one.pk}:polite": "1" for one in seats}
            shown = client.post(address(lead, "grid"), sent, follow=True)
            assert shown.redirect_chain[-1][0] == address(seats[0])
            assert right in shown.text
        for at, one in enumerate(seats):
            page = client.get(address(one)).text
            assert "2 of 2 as known" in page
            assert [page.count(f'href="{address(other)}"') for other in seats[:at]] == [1] * at
            assert f'href="{address(one)}" aria-current="page">Response {"ABCDE"[at]}</a>' in page
            assert ("What is known of response" in page) == (one is not seats[-1])
        assert f'href="{address(seats[1])}">What is known of response B' in shown.text
        passed = PracticePass.objects.get()
        assert (passed.rater, passed.n_right, passed.n_asked) == (ana, 20, 20)

    def test_nothing_is_explained_while_one_of_them_is_open(self, as_user: LogIn, ana, grids):
        lead = assigning.claim_next(grids, ana)
        sent = grid_form(beside(lead))
        del sent[f"value:{lead.pk}:polite"]
        answer = as_user(ana).post(address(lead, "grid"), sent)
        assert answer.status_code == 422
        assert "Paragraph 4" not in answer.text
        assert not Rating.objects.exists()


class TestOneCriterionAtATime:
    """It cannot explain each answer at once, so nobody practises that way."""

    MESSAGE = "there each answer is explained at once"

    def test_the_form_says_so(self, as_user: LogIn, project, carol, version):
        known_responses(project, version, 1)
        sent = {
            **{"name": "P", "rubric_version": version.pk, "kind": "practice", "overlap": "1"},
            **{"blindness": "full", "lease_minutes": "30", "seed": "0", "way": "by_criterion"},
        }
        answer = as_user(carol).post(f"/p/{project.slug}/batches/new", sent)
        assert answer.status_code == 422
        assert self.MESSAGE in answer.text
        assert not Batch.objects.exists()

    def test_the_database_holds_to_it(self, refused, version):
        with refused("batch_practice_explains_each"):
            factories.batch(version, kind="practice", way="by_criterion")
