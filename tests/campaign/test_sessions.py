"""A session that is deleted while a request is under way: no fault, and nobody is logged in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from campaign.organizers.models import Organizer
from campaign.sessions import SessionMiddleware, SessionStore
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
COOKIE = site.SESSION_COOKIE_NAME


@pytest.fixture
def organizer() -> Organizer:
    return Organizer.objects.create_user("orla@guild.example", "a long enough password")


@pytest.fixture
def browser(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


def key_of(client: Client) -> str:
    return client.cookies[COOKIE].value


def answer(client: Client, view: Callable[[Any], None]) -> HttpResponse:
    """What the middleware makes of a view, with the cookies of this browser."""

    def respond(request: HttpRequest) -> HttpResponse:
        view(request)
        return HttpResponse("done")

    request = RequestFactory().post("/", HTTP_COOKIE=f"{COOKIE}={key_of(client)}")
    response = SessionMiddleware(respond)(request)
    assert isinstance(response, HttpResponse)
    return response


def deleted_meanwhile(request: HttpRequest) -> None:
    assert request.session[SESSION_KEY]
    Session.objects.all().delete()


def forgets(response: HttpResponse) -> bool:
    cookie = response.cookies[COOKIE]
    return (response.status_code, cookie.value, cookie["max-age"]) == (200, "", 0)


def test_a_request_whose_session_is_deleted_ends_without_one(browser: Client) -> None:
    def view(request: HttpRequest) -> None:
        deleted_meanwhile(request)
        request.session["more"] = 1

    assert forgets(answer(browser, view))
    assert not Session.objects.exists()


def test_saving_it_inside_of_the_view_is_no_fault_either(browser: Client) -> None:
    def view(request: HttpRequest) -> None:
        deleted_meanwhile(request)
        request.session["more"] = 1
        request.session.save()
        assert request.session.get(SESSION_KEY) is None

    assert forgets(answer(browser, view))
    assert not Session.objects.exists()


def test_what_is_remembered_after_the_loss_is_nobodys(browser: Client) -> None:
    def view(request: HttpRequest) -> None:
        deleted_meanwhile(request)
        request.session["before"] = 1
        request.session.save()
        request.session["after"] = 2

    response = answer(browser, view)
    assert response.cookies[COOKIE].value not in ("", "None", key_of(browser))
    [session] = Session.objects.all()
    assert session.get_decoded() == {"after": 2}


@pytest.mark.parametrize("step", ["cycle", "hash"])
def test_a_new_key_brings_no_deleted_session_back(
    browser: Client, organizer: Organizer, step: str
) -> None:
    def view(request: Any) -> None:
        deleted_meanwhile(request)
        request.user = organizer
        if step == "cycle":
            request.session.cycle_key()
        else:
            update_session_auth_hash(request, organizer)

    answer(browser, view)
    assert not any(SESSION_KEY in each.get_decoded() for each in Session.objects.all())


def test_a_new_key_keeps_what_was_there(browser: Client, organizer: Organizer) -> None:
    session = SessionStore(key_of(browser))
    session["basket"] = "plums"
    session.cycle_key()
    session.save()
    [row] = Session.objects.all()
    assert row.session_key == session.session_key != key_of(browser)
    assert row.get_decoded()["basket"] == "plums"
    assert row.get_decoded()[SESSION_KEY] == str(organizer.pk)


@pytest.mark.django_db(transaction=True)
def test_a_refused_write_of_a_session_that_is_there_is_still_a_fault(browser: Client) -> None:
    session = SessionStore(key_of(browser))
    session["x"] = "y"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET default_transaction_read_only = on")
        else:
            cursor.execute("PRAGMA query_only = on")
    try:
        with pytest.raises(UpdateError):
            session.save()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_tabs_that_act_while_another_logs_out_end_well_and_logged_out(
    organizer: Organizer,
) -> None:
    for _round in range(5):
        client = Client()
        client.force_login(organizer)

        def tab(method: str, name: str, client: Client = client) -> Callable[[], int]:
            def act() -> int:
                tab_of_it = Client()
                tab_of_it.cookies = client.cookies.copy()  # type: ignore[assignment]
                return int(getattr(tab_of_it, method)(reverse(name)).status_code)

            return act

        answers = at_once(
            [
                tab("post", "account_logout"),
                tab("get", "mfa_activate_totp"),
                tab("get", "mfa_add_webauthn"),
                tab("get", "account_reauthenticate"),
                tab("post", "account_logout"),
            ]
        )
        assert set(answers) <= {200, 302}, answers
        assert client.get(reverse("account_email")).status_code == 302
