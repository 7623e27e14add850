"""What the lint finds, on pages: the list, the draft as typed, letting stand, publishing."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import LintWaiver, Project, Rubric, User
from labeling.spec import RubricSpec, parse_rubric
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
BAD, VAGUE, FINE = "The answer is good.", "Explains the 🙂 fee clearly.", "Names the court."


def spec(*texts: str) -> RubricSpec:
    criteria = [
        {"key": f"c{at}", "name": f"Number {at}", "criterion": text, "points": at + 1}
        for at, text in enumerate(texts)
    ]
    return parse_rubric({"title": "Refunds", "criteria": criteria})


@pytest.fixture
def rubric(project: Project, amy: User) -> Rubric:
    return authoring.create_rubric(project, "Refunds", by=amy, spec=spec(FINE, BAD, VAGUE))


@pytest.fixture
def url(rubric: Rubric) -> str:
    return f"{rubric.get_absolute_url()}lint"


def text_of(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def pk_of(rubric: Rubric, key: str) -> int:
    return rubric.versions.get(status="draft").criteria.get(key=key).pk


def name_of(rubric: Rubric, key: str) -> str:
    """How forms call the one finding on a criterion."""
    found = authoring.judged(rubric, authoring.standing(rubric).spec)
    (name,) = [one.finding.name for one in found if one.finding.key == key]
    return name


def typed(rubric: Rubric, key: str, text: str, **more: str) -> dict[str, str]:
    """What the editor sends while a criterion is typed."""
    return {
        "pk": str(pk_of(rubric, key)),
        "criterion": text,
        "type": "binary",
        "points": "2",
        "allow_na": "on",
        **more,
    }


class TestTheList:
    def test_it_says_where_what_why_and_how_to_mend(self, as_user: LogIn, amy: User, url: str):
        text = text_of(as_user(amy).get(url))
        assert "1 error, 1 warning" in text
        assert "Number 1" in text
        assert "Number 0" not in text
        assert "Nothing to point at" in text
        assert "The answer is <mark>good</mark>." in text
        assert "Explains the 🙂 fee <mark>clearly</mark>." in text
        assert "Name what an expert would mark with a pen" in text

    def test_places_are_counted_as_browsers_count(self, as_user: LogIn, amy: User, url: str):
        # “Explains the ” is 13 characters, the face is two units of UTF-16, “ fee ” is 5: 20.
        assert 'data-spans="20-27"' in text_of(as_user(amy).get(url))

    def test_a_text_without_findings_says_so(self, as_user: LogIn, amy: User, project: Project):
        fine = authoring.create_rubric(project, "Fine", by=amy, spec=spec(FINE))
        assert "Nothing found" in text_of(as_user(amy).get(f"{fine.get_absolute_url()}lint"))

    def test_markup_in_a_criterion_is_shown_as_text(
        self, as_user: LogIn, amy: User, project: Project
    ):
        hostile = spec('Answers <script>alert(1)</script> clearly to "all".')
        made = authoring.create_rubric(project, "Hostile", by=amy, spec=hostile)
        answer = as_user(amy).get(f"{made.get_absolute_url()}lint").content.decode()
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer

    def test_a_long_list_is_turned_over_like_pages(
        self, as_user: LogIn, amy: User, project: Project
    ):
        texts = [f"Explains point {n} clearly." for n in range(120)]
        made = authoring.create_rubric(project, "Long", by=amy, spec=spec(*texts))
        client, url = as_user(amy), f"{made.get_absolute_url()}lint"
        assert text_of(client.get(url)).count('class="lint"') == 100
        assert "Number 119" in text_of(client.get(f"{url}?page=2"))

    def test_it_takes_as_many_queries_for_one_finding_as_for_forty(
        self, as_user: LogIn, amy: User, project: Project
    ):
        client, taken = as_user(amy), set()
        for count in (1, 40):
            texts = [f"Explains point {n} clearly." for n in range(count)]
            made = authoring.create_rubric(project, f"Of {count}", by=amy, spec=spec(*texts))
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{made.get_absolute_url()}lint")
            taken.add(len(queries))
        assert len(taken) == 1


class TestWhileTyping:
    def post(self, client: Client, url: str, fields: dict[str, str]) -> HttpResponse:
        return client.post(url, fields, **HTMX)

    def test_the_criterion_is_read_as_it_is_typed(self, as_user: LogIn, amy: User, rubric, url):
        client = as_user(amy)
        answer = self.post(client, url, typed(rubric, "c0", "Fails to name the court."))
        text = text_of(answer)
        assert answer.status_code == 200
        assert "<html" not in text
        assert f'data-lint-for="c0" data-pk="{pk_of(rubric, "c0")}"' in text
        assert "<mark>Fails</mark>" in text
        # The count is of all, the findings are of what is typed.
        assert "2 errors, 1 warning" in text
        assert 'data-lint-for="c1"' not in text
        # Nothing of it is saved.
        assert authoring.standing(rubric).spec == spec(FINE, BAD, VAGUE)

    def test_what_is_mended_is_gone(self, as_user: LogIn, amy: User, rubric, url):
        text = text_of(self.post(as_user(amy), url, typed(rubric, "c1", "Names the statute.")))
        assert 'data-lint-for="c1"' not in text
        assert text.lstrip().startswith('<p class="lint-sum" data-lint-sum>1 warning</p>')

    def test_the_scale_is_read_too(self, as_user: LogIn, amy: User, rubric, url):
        levels = {
            f"levels-{at}-{name}": value
            for at in range(3)
            for name, value in (("value", str(at)), ("label", f"L{at}"))
        }
        fields = typed(rubric, "c0", FINE, **levels) | {"type": "ordinal"}
        assert "Level without an anchor" in text_of(self.post(as_user(amy), url, fields))

    @pytest.mark.parametrize(
        "wrong",
        [{"points": "many"}, {"type": "none"}, {"pk": "x"}, {"pk": "9" * 18}, {"pk": "9" * 40}],
    )
    def test_what_is_no_criterion_yet_leaves_the_saved_one(
        self, as_user: LogIn, amy: User, rubric, url, wrong: dict[str, str]
    ):
        fields = typed(rubric, "c1", "Names the statute.") | wrong
        answer = self.post(as_user(amy), url, fields)
        assert answer.status_code == 200
        assert "1 error, 1 warning" in text_of(answer)

    def test_the_editor_asks_for_its_own_page_of_a_long_draft(
        self, as_user: LogIn, amy: User, project: Project
    ):
        texts = [f"Explains point {n} clearly." for n in range(260)]
        made = authoring.create_rubric(project, "Long", by=amy, spec=spec(*texts))
        client, url = as_user(amy), f"{made.get_absolute_url()}lint"
        for page, shown in (("", 250), ("2", 10), ("x", 250), ("0", 250)):
            text = text_of(self.post(client, url, {"page": page}))
            # One of each criterion, and one of the rubric: it pays for presence only.
            assert "261 warnings" in text
            assert text.count('class="lint"') - text.count('data-lint-for=""') == shown

    def test_the_editor_has_the_hook_and_the_way_without_script(
        self, as_user: LogIn, amy: User, rubric, url
    ):
        text = text_of(as_user(amy).get(f"{rubric.get_absolute_url()}edit"))
        assert f'data-lint-url="{url}"' in text
        assert f'<a href="{url}">' in text
        assert "js/rubric_lint" in text


class TestLettingStand:
    def test_it_is_kept_and_shown_with_its_reason(self, as_user: LogIn, amy: User, rubric, url):
        client, name = as_user(amy), name_of(rubric, "c1")
        answer = client.post(f"{url}/waive", {"finding": name, "reason": "House style <b>."})
        assert answer["Location"] == url
        text = client.get(url).content.decode()
        assert "1 warning, 1 let stand" in text
        assert "House style &lt;b&gt;." in text
        assert "amy" in text
        assert LintWaiver.objects.get().by == amy

    def test_it_is_opened_again(self, as_user: LogIn, amy: User, rubric, url):
        client, name = as_user(amy), name_of(rubric, "c1")
        client.post(f"{url}/waive", {"finding": name, "reason": "House style."})
        assert client.post(f"{url}/unwaive", {"finding": name})["Location"] == url
        assert "1 error, 1 warning" in text_of(client.get(url))

    def test_from_the_page_of_publishing_one_goes_back_there(
        self, as_user: LogIn, amy: User, rubric, url
    ):
        client, name = as_user(amy), name_of(rubric, "c1")
        fields = {"finding": name, "reason": "House style.", "back": "publish"}
        publishing = f"{rubric.get_absolute_url()}publish"
        assert client.post(f"{url}/waive", fields)["Location"] == publishing
        assert client.post(f"{url}/unwaive", fields)["Location"] == publishing

    def test_in_the_editor_the_findings_come_back(self, as_user: LogIn, amy: User, rubric, url):
        fields = {"finding": name_of(rubric, "c1"), "reason": "House style."}
        text = text_of(as_user(amy).post(f"{url}/waive", fields, **HTMX))
        assert "<html" not in text
        assert "1 warning, 1 let stand" in text

    @pytest.mark.parametrize(
        ("reason", "fault"), [("", "Is empty"), ("   ", "Is empty"), ("x" * 2001, "at most 2,000")]
    )
    def test_a_reason_is_needed_and_what_was_typed_stays(
        self, as_user: LogIn, amy: User, rubric, url, reason: str, fault: str
    ):
        fields = {"finding": name_of(rubric, "c1"), "reason": reason}
        for headers in ({}, HTMX):
            answer = as_user(amy).post(f"{url}/waive", fields, **headers)
            assert answer.status_code == 422
            assert fault in text_of(answer)
            assert reason in text_of(answer)
        assert not LintWaiver.objects.exists()

    def test_a_finding_that_is_gone_is_told(self, as_user: LogIn, amy: User, rubric, url):
        fields = {"finding": "no-observable." + "0" * 64, "reason": "r"}
        answer = as_user(amy).post(f"{url}/waive", fields)
        assert answer.status_code == 409
        assert "no longer there" in text_of(answer)
        for nonsense in ("", "x", "no-observable.", "\x00", "." * 300):
            assert as_user(amy).post(f"{url}/waive", {"finding": nonsense}).status_code == 422
            assert as_user(amy).post(f"{url}/unwaive", {"finding": nonsense}).status_code == 302


class TestPublishing:
    def test_open_errors_are_listed_and_refuse_it(self, as_user: LogIn, amy: User, rubric):
        client, url = as_user(amy), f"{rubric.get_absolute_url()}publish"
        text = text_of(client.get(url))
        assert "Errors keep this draft from being published." in text
        assert "The answer is <mark>good</mark>." in text
        fields = {"number": 1, "edit": 0, "change_note": ""}
        answer = client.post(url, fields)
        assert answer.status_code == 422
        assert "one error that is neither mended nor let stand" in text_of(answer)
        assert rubric.versions.get().status == "draft"

    def test_without_script_one_lets_stand_and_publishes(self, as_user: LogIn, amy: User, rubric):
        client, url = as_user(amy), f"{rubric.get_absolute_url()}publish"
        text = text_of(client.get(url))
        # The forms as a browser without script would send them.
        address, name = re.search(
            r'<form class="form" method="post" action="([^"]+)" data-lint-form>'
            r'.*?name="finding" value="(no-observable[^"]+)"',
            text,
            re.DOTALL,
        ).groups()
        client.post(address, {"finding": name, "reason": "House style.", "back": "publish"})
        text = text_of(client.get(url))
        assert "Errors keep this draft" not in text
        assert "House style." in text
        assert client.post(url, {"number": 1, "edit": 0})["Location"] == rubric.get_absolute_url()
        assert rubric.versions.get().status == "published"


class TestWhoMay:
    @pytest.fixture
    def addresses(self, url: str) -> list[tuple[str, str]]:
        return [("GET", url), ("POST", url), ("POST", f"{url}/waive"), ("POST", f"{url}/unwaive")]

    def test_those_who_write_rubrics(self, as_user: LogIn, carol: User, url: str):
        assert as_user(carol).get(url).status_code == 200

    def test_an_outsider_finds_nothing(self, as_user: LogIn, dan: User, addresses):
        client = as_user(dan)
        for method, address in addresses:
            assert client.generic(method, address).status_code == 404

    def test_others_of_the_project_may_not(
        self, as_user: LogIn, ana: User, project: Project, addresses
    ):
        vic = factories.member(project, "vic", "viewer")
        for person in (ana, vic):
            client = as_user(person)
            for method, address in addresses:
                assert client.generic(method, address).status_code == 403

    def test_wrong_verbs(self, as_user: LogIn, amy: User, url: str):
        client = as_user(amy)
        assert client.put(url).status_code == 405
        assert client.get(f"{url}/waive").status_code == 405
        assert client.get(f"{url}/unwaive").status_code == 405

    def test_another_rubrics_name_is_unknown(self, as_user: LogIn, amy: User, url: str):
        assert as_user(amy).get(url.replace("refunds/lint", "other/lint")).status_code == 404
