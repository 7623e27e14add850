"""Logging in: how long tries take, who cannot be locked out, and first passwords."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labeling import people, throttling
from labeling.models import Knock, KnownAddress, Project, Role, User
from labeling.tokens import issue_token
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
RIGHT = "correct horse battery"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def log_in(name: str, password: str, address: str = HOME):
    given = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post("/accounts/login/", given)


def fail(name: str, times: int, address: str = HOME) -> None:
    """Tries with a wrong password, each made once the door is open again."""
    for _ in range(times):
        assert log_in(name, "wrong", address).status_code == 422
        later()


def later(**wait: int) -> None:
    """Let the waits there are pass, and then so much time."""
    ago = timedelta(**wait)
    Knock.objects.update(open_at=timezone.now(), tried_at=F("tried_at") - ago)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A first wait of a minute, so that no wait is over before a busy machine asks again."""
    monkeypatch.setattr(throttling, "FIRST_WAIT", timedelta(minutes=1))


def wait_of(answer) -> int:
    """In units of the first wait."""
    assert answer.status_code == 429
    return -(-int(answer.headers["Retry-After"]) // 60)


def test_five_wrong_passwords_are_free_and_then_the_wait_doubles(ana: User):
    for _ in range(6):
        assert log_in("ana", "wrong").status_code == 422
    answer = log_in("ana", RIGHT)
    assert wait_of(answer) == 1
    assert re.search(r"Too many tries have failed. Please try again in \d+ seconds.", answer.text)
    waits = []
    for _ in range(8):
        later()
        assert log_in("ana", "wrong").status_code == 422
        waits.append(wait_of(log_in("ana", "wrong")))
    # At most 60 times the first wait of a second: it may be the account's owner who waits.
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    later()
    assert log_in("ana", RIGHT).status_code == 302


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "a second"), (2, "2 seconds"), (89, "89 seconds"), (90, "2 minutes"), (900, "15 minutes")],
)
def test_a_wait_is_said_as_people_say_it(seconds: int, words: str):
    assert throttling.in_words(seconds) == words


def test_a_try_while_the_door_is_closed_makes_nothing_worse(ana: User):
    fail("ana", 8)
    log_in("ana", "wrong")
    before = Knock.objects.order_by("pk").values_list("tries", "open_at")
    told = list(before)
    for _ in range(5):
        assert log_in("ana", "wrong").status_code == 429
    assert list(before.all()) == told


def test_an_address_waits_for_trying_many_accounts(ana: User):
    for number in range(21):
        assert log_in(f"nobody-{number}", "wrong").status_code == 422
    assert wait_of(log_in("ana", RIGHT)) == 1
    # Nobody elsewhere waits with it.
    assert log_in("ana", RIGHT, ELSEWHERE).status_code == 302


def test_one_right_password_does_not_pay_for_wrong_ones(ana: User, ben: User):
    for number in range(20):
        log_in(f"nobody-{number}", "wrong")
    assert log_in("ben", RIGHT).status_code == 302
    assert log_in("nobody", "wrong").status_code == 422
    assert log_in("nobody", "wrong").status_code == 429


def test_strangers_do_not_lock_anybody_out_of_a_known_place(ana: User):
    assert log_in("ana", RIGHT, HOME).status_code == 302
    fail("ana", 20, ELSEWHERE)
    log_in("ana", "wrong", ELSEWHERE)
    assert log_in("ana", RIGHT, ELSEWHERE).status_code == 429
    assert log_in("ana", RIGHT, HOME).status_code == 302


def test_a_known_place_has_its_own_count(ana: User):
    assert log_in("ana", RIGHT).status_code == 302
    for _ in range(11):
        assert log_in("ana", "wrong").status_code == 422
    assert wait_of(log_in("ana", RIGHT)) == 1
    later()
    # Whoever knows the password begins anew.
    assert log_in("ana", RIGHT).status_code == 302
    assert Knock.objects.get(door="known").tries == 0


def test_after_an_hour_the_count_begins_anew(ana: User):
    fail("ana", 12)
    later(minutes=61)
    for _ in range(5):
        assert log_in("ana", "wrong").status_code == 422


def test_an_unknown_name_is_answered_as_a_known_one(ana: User):
    with CaptureQueriesContext(connection) as known:
        told = log_in("ana", "wrong")
    with CaptureQueriesContext(connection) as unknown:
        other = log_in("zoe", "wrong", ELSEWHERE)
    assert len(known) == len(unknown)
    for _ in range(5):
        told, other = log_in("ana", "wrong"), log_in("zoe", "wrong", ELSEWHERE)
        assert (told.status_code, words(told)) == (other.status_code, words(other))
    told, other = log_in("ana", "wrong"), log_in("zoe", "wrong", ELSEWHERE)
    assert told.status_code == other.status_code == 429
    assert words(told) == words(other)


def words(answer) -> str:
    said = re.search(r'class="alert-title">([^<]*)<', answer.text)[1]
    return re.sub(r"\d+", "N", said)


def test_an_unknown_name_costs_the_same_hashing(ana: User, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args, **kw: (hashed.append(1), encode(*args, **kw))[1]
    )
    counts = []
    for name in ("ana", "zoe"):
        log_in(name, "wrong", ELSEWHERE)
        counts.append(len(hashed))
        hashed.clear()
    assert counts == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_no_more_than_the_free_tries(ana: User, monkeypatch):
    looked: list[str] = []
    real = User.check_password
    monkeypatch.setattr(
        User, "check_password", lambda self, raw: (looked.append(raw), real(self, raw))[1]
    )
    answers = at_once(50, lambda number: log_in("ana", f"wrong-{number}").status_code)
    assert set(answers) == {422, 429}
    # Five are free, and the sixth is what closes the door.
    assert len(looked) == answers.count(422) == 6


def test_neither_names_nor_addresses_can_be_read_from_the_counts(ana: User):
    log_in("ana", "wrong")
    log_in("ana", RIGHT)
    keys = [*Knock.objects.values_list("key", flat=True), KnownAddress.objects.get().key]
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_old_counts_and_places_are_forgotten(ana: User):
    log_in("ana", RIGHT)
    log_in("zoe", "wrong")
    throttling.forget()
    assert Knock.objects.exists()
    later(minutes=61)
    KnownAddress.objects.update(last_at=timezone.now() - timedelta(days=181))
    throttling.forget()
    assert not Knock.objects.exists()
    assert not KnownAddress.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, "203.0.113.5", HOME, HOME),
        (1, "203.0.113.5", "127.0.0.1", "203.0.113.5"),
        # The client wrote the first; our proxy added the last.
        (1, "10.0.0.1, 203.0.113.5", "127.0.0.1", "203.0.113.5"),
        (2, "10.0.0.1, 203.0.113.5, 10.9.9.9", "127.0.0.1", "203.0.113.5"),
        (1, "", "127.0.0.1", "unknown"),
        (1, "<script>", "127.0.0.1", "unknown"),
        (0, "", "2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.7", HOME),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(rf, settings, proxies, forwarded, peer, address):
    settings.PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert throttling.address_of(request) == address


def test_unknown_tokens_are_refused_however_many_and_close_nothing(ana: User):
    def ask(token: str):
        bearer = {"Authorization": f"Bearer {token}"}
        return Client(REMOTE_ADDR=HOME).get("/api/v1/projects/", headers=bearer)

    assert {ask("rs_guess").status_code for _ in range(30)} == {401}
    assert ask(issue_token(ana, name="script")).status_code == 200


@pytest.fixture
def newcomer(project: Project, carol: User) -> tuple[Client, str]:
    """Somebody logged in with the password an admin handed over."""
    _, password = people.create_person(project, "eve", [Role.EXPERT], by=carol)
    client = Client()
    assert client.login(request=None, username="eve", password=password)
    return client, password


def test_a_first_password_opens_nothing_but_its_change(newcomer: tuple[Client, str]):
    client, password = newcomer
    for path in ("/", "/desk/", "/account/tokens", "/p/refunds/"):
        assert client.get(path)["Location"] == "/accounts/password_change/"
    assert client.get("/api/v1/projects/").status_code == 403
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 403
    page = client.get("/accounts/password_change/").text
    assert "Choose a password of your own" in page
    assert "Cancel" not in page
    chosen = "a password of my own 42"
    given = {"old_password": password, "new_password1": chosen, "new_password2": chosen}
    assert client.post("/accounts/password_change/", given).status_code == 302
    assert client.get("/desk/").status_code == 200
    assert "Cancel" in client.get("/accounts/password_change/").text


def test_the_first_password_again_is_no_change(newcomer: tuple[Client, str]):
    client, password = newcomer
    given = {"old_password": password, "new_password1": password, "new_password2": password}
    answer = client.post("/accounts/password_change/", given)
    assert answer.status_code == 422
    assert "This is your old password" in answer.text
    assert User.objects.get(username="eve").must_change_password
