"""API tokens: on the page and from the shell."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from labeling.models import ApiToken, User
from labeling.tokens import token_hash

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
URL = "/account/tokens"


def printed(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue().strip()


def test_a_token_is_shown_once_and_kept_as_its_hash(as_user: LogIn, carol: User):
    client = as_user(carol)
    answer = client.post(URL, {"name": "nightly", "days": "30"})
    text = re.search(r"<code>(rs_[^<]+)</code>", answer.content.decode())[1]
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.hash) == (carol, "nightly", token_hash(text))
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert text not in client.get(URL).content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_token_may_last_until_revoked(as_user: LogIn, carol: User):
    as_user(carol).post(URL, {"name": "forever", "days": ""})
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "x" * 101}, {"name": "a", "days": "4000"}])
def test_a_faulty_form_makes_no_token(as_user: LogIn, carol: User, sent: dict):
    answer = as_user(carol).post(URL, sent)
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_nothing_but_name_and_days_is_taken(as_user: LogIn, carol: User, dan: User):
    sent = {"name": "<b>x</b>", "days": "30", "user": dan.pk, "hash": "0" * 64, "scopes": "all"}
    as_user(carol).post(URL, sent)
    token = ApiToken.objects.get()
    assert (token.user, token.scopes) == (carol, [])
    assert token.hash != "0" * 64
    page = as_user(carol).get(URL).content.decode()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_nobody_sees_or_revokes_anothers(as_user: LogIn, carol: User, dan: User):
    token = ApiToken.objects.create(user=carol, name="of carol", hash="1" * 64)
    client = as_user(dan)
    assert "of carol" not in client.get(URL).content.decode()
    assert client.post(f"{URL}/{token.pk}/revoke").status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_a_revoked_token_is_gone(as_user: LogIn, carol: User):
    token = ApiToken.objects.create(user=carol, name="old", hash="1" * 64)
    assert as_user(carol).post(f"{URL}/{token.pk}/revoke")["Location"] == URL
    assert not ApiToken.objects.exists()


def test_the_wrong_verbs_and_strangers(as_user: LogIn, client: Client, carol: User):
    assert client.get(URL).status_code == 302
    assert as_user(carol).delete(URL).status_code == 405
    assert as_user(carol).get(f"{URL}/1/revoke").status_code == 405


def test_the_command_prints_a_token_that_works(carol: User):
    document = json.loads(printed("token", "carol", name="script", days=7, json=True))
    assert set(document) == {"username", "name", "token"}
    token = ApiToken.objects.get(hash=token_hash(document["token"]))
    assert (token.user, token.name) == (carol, "script")
    assert printed("token", "carol").startswith("rs_")


def test_the_command_refuses_who_is_not_there(carol: User):
    User.objects.filter(pk=carol.pk).update(is_active=False)
    for username, words in (("nobody", "nobody called"), ("carol", "deactivated")):
        with pytest.raises(CommandError, match=words) as caught:
            printed("token", username)
        assert caught.value.returncode == 1
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", ["0", "3651", "123456", "-1", "x", "²"])
def test_the_command_takes_a_sensible_number_of_days(carol: User, days: str):
    with pytest.raises(CommandError, match="is not a number of days from 1 to 3650"):
        printed("token", "carol", "--days", days)
    assert not ApiToken.objects.exists()


def test_the_first_admin_is_made_once_and_never_changed(settings, db: None):
    settings.FIRST_ADMIN = "root:a long pass:word"
    assert json.loads(printed("first_admin", json=True)) == {"created": True}
    root = User.objects.get()
    assert (root.is_superuser, root.check_password("a long pass:word")) == (True, True)
    settings.FIRST_ADMIN = "root:another password"
    assert json.loads(printed("first_admin", json=True)) == {"created": False}
    root.refresh_from_db()
    assert root.check_password("a long pass:word")


def test_an_existing_person_is_not_made_an_admin(settings, carol: User):
    settings.FIRST_ADMIN = "carol:a long password"
    printed("first_admin")
    carol.refresh_from_db()
    assert not carol.is_superuser


def test_without_the_setting_nobody_is_made(settings, db: None):
    settings.FIRST_ADMIN = ""
    assert "not set" in printed("first_admin")
    assert not User.objects.exists()


@pytest.mark.parametrize("setting", ["root", "root:short", ":long enough it is", "a b:long enough"])
def test_a_setting_that_names_nobody_is_refused(settings, setting: str, db: None):
    settings.FIRST_ADMIN = setting
    with pytest.raises(CommandError, match="user:password"):
        printed("first_admin")
    assert not User.objects.exists()
