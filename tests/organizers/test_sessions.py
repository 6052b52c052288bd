"""What was opened with less than is asked for now is closed; what asks goes on."""

import re
from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings as site
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from campaign.organizers import account_mail, sessions
from campaign.organizers.models import Organizer, Role
from tests.concurrency import at_once
from tests.organizers.authenticator import code_of
from tests.organizers.people import PASSWORD

pytestmark = pytest.mark.django_db
Browser = Callable[[Organizer], Client]
NEW = "another quite long password"


def is_in(client: Client) -> bool:
    return client.get(reverse("desk")).status_code != 302


def again(client: Client, path: str) -> None:
    """The password once more, as is asked for before anything about the account is changed."""
    entry = {"password": PASSWORD, "next": path}
    assert client.post(reverse("account_reauthenticate"), entry)["Location"] == path


def set_up_app(client: Client) -> None:
    path = reverse("mfa_activate_totp")
    again(client, path)
    found = re.search(r'value="([A-Z2-7]{32})"', client.get(path).text)
    assert found is not None
    cache.clear()
    assert client.post(path, {"code": code_of(found[1])})["Location"] == reverse(
        "mfa_view_recovery_codes"
    )


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_ends_what_a_password_alone_had_opened(
    owner: Organizer, cast: dict[Role, Organizer], browser: Browser
) -> None:
    mine, stolen, colleague = browser(owner), browser(owner), browser(cast[Role.EDITOR])
    assert all(map(is_in, (mine, stolen, colleague)))
    set_up_app(mine)
    assert [is_in(each) for each in (mine, stolen, colleague)] == [True, False, True]
    assert Organizer.objects.get(pk=owner.pk).session_round == 1
    # The codes that come with it belong to the same step, and what was stolen is gone for good.
    assert mine.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert not is_in(stolen)
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "stays"),
    [
        (Authenticator.Type.TOTP, False),
        (Authenticator.Type.WEBAUTHN, False),
        (Authenticator.Type.RECOVERY_CODES, True),
    ],
)
def test_a_key_does_as_an_app_does_and_recovery_codes_open_nothing(
    owner: Organizer, browser: Browser, kind: str, stays: bool
) -> None:
    mine, other = browser(owner), browser(owner)
    request = request_of(mine)
    added = Authenticator.objects.create(user=owner, type=kind, data={})
    authenticator_added.send(Authenticator, request=request, user=owner, authenticator=added)
    request.session.save()
    mine.cookies[site.SESSION_COOKIE_NAME] = str(request.session.session_key)
    assert (is_in(mine), is_in(other)) == (True, stays)


def request_of(client: Client) -> HttpRequest:
    request = RequestFactory().get("/")
    key = client.cookies[site.SESSION_COOKIE_NAME].value
    request.session = import_module(site.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    return request


def test_a_new_password_ends_all_others(owner: Organizer, browser: Browser) -> None:
    mine, other = browser(owner), browser(owner)
    path = reverse("account_change_password")
    entry = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    mine.post(path, entry | {"oldpassword": "wrong"})
    assert (is_in(mine), is_in(other)) == (True, True)
    mine.post(path, entry)
    assert (is_in(mine), is_in(other)) == (True, False)


def test_so_does_one_that_is_reset_by_mail(
    owner: Organizer, browser: Browser, client: Client
) -> None:
    other = browser(owner)
    client.post(reverse("account_reset_password"), {"email": owner.email})
    account_mail.send_owed()
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    page = client.get(found[1], follow=True)
    assert is_in(other)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert Organizer.objects.get(pk=owner.pk).check_password(NEW)
    assert not is_in(other)


def test_a_session_goes_on_under_a_renewed_secret_key(
    owner: Organizer, browser: Browser, settings: Settings
) -> None:
    mine, other = browser(owner), browser(owner)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "k" * 50
    assert is_in(mine)
    settings.SECRET_KEY_FALLBACKS = []
    # It was written anew with the first page; whoever did not come meanwhile logs in again.
    assert (is_in(mine), is_in(other)) == (True, False)
    Organizer.objects.update(session_round=1)
    assert not is_in(other)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_none_that_is_older(owner: Organizer, browser: Browser) -> None:
    clients = [browser(owner) for _each in range(3)]
    requests = [request_of(each) for each in clients[:2]]
    organizers = [Organizer.objects.get(pk=owner.pk) for _each in requests]
    at_once(
        [
            partial(sessions.end_others, request=request, organizer=organizer)
            for request, organizer in zip(requests, organizers, strict=True)
        ]
    )
    assert Organizer.objects.get(pk=owner.pk).session_round == 2
    assert not is_in(clients[2])
