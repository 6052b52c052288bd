"""The same thing done twice at once is answered, wherever nobody answers it in own words."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from campaign.conflicts import ConflictMiddleware
from campaign.organizers.models import Organizer, Team
from signatures.models import Watched
from tests.concurrency import at_once
from tests.organizers.authenticator import code_of

PASSWORD = "a long enough password"


def caused_by(cause: Exception, kind: type[DatabaseError] = OperationalError) -> DatabaseError:
    error = kind("…")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (caused_by(psycopg.errors.UniqueViolation(), IntegrityError), 409),
        (caused_by(psycopg.errors.ForeignKeyViolation(), IntegrityError), 409),
        (caused_by(psycopg.errors.CheckViolation(), IntegrityError), None),
        (IntegrityError("UNIQUE constraint failed: a.b"), 409),
        (IntegrityError("CHECK constraint failed: a_is_b"), None),
        (ObjectDoesNotExist(), 409),
        (DatabaseError("Forced update did not affect any rows."), 409),
        (caused_by(psycopg.errors.DeadlockDetected()), 409),
        (caused_by(psycopg.errors.SerializationFailure()), 409),
        (caused_by(psycopg.errors.LockNotAvailable()), 409),
        (caused_by(psycopg.errors.QueryCanceled()), None),
        (OperationalError("the server is gone"), None),
        (PermissionDenied(), None),
        (ValueError("a fault of ours"), None),
    ],
)
def test_only_conflicts_are_answered(exception: Exception, status: int | None) -> None:
    middleware = ConflictMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(RequestFactory().post("/"), exception)
    assert (response and response.status_code) == status


def test_what_is_not_there_when_a_page_is_only_read_is_a_fault_of_ours() -> None:
    middleware = ConflictMiddleware(lambda _request: HttpResponse())
    for request in (RequestFactory().get("/"), RequestFactory().head("/")):
        assert middleware.process_exception(request, Organizer.DoesNotExist()) is None
    answer = middleware.process_exception(RequestFactory().post("/"), Organizer.DoesNotExist())
    assert answer is not None
    assert answer.status_code == 409


@pytest.fixture
def operator() -> Organizer:
    organizer = Organizer.objects.create_superuser("root@letters.example", PASSWORD)
    EmailAddress.objects.create(user=organizer, email=organizer.email, verified=True, primary=True)
    return organizer


def browser_of(organizer: Organizer) -> Client:
    """Logged in, and asked for the password once more."""
    client = Client()
    client.force_login(organizer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    cache.clear()
    return client


def thrice(organizer: Organizer, path: str, entry: dict[str, Any]) -> list[Any]:
    def send() -> Callable[[], int]:
        client = browser_of(organizer)
        return lambda: int(client.post(path, entry).status_code)

    return at_once([send() for _each in range(3)])


_NO_MEMBERS = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "entry", "count"),
    [
        (
            "admin:organizers_organizer_add",
            {"email": "nadia@guild.example", "name": "Nadia", "is_active": "on"} | _NO_MEMBERS,
            lambda: Organizer.objects.filter(email="nadia@guild.example").count(),
        ),
        (
            "admin:organizers_team_add",
            {"name": "Guild", "slug": "guild"} | _NO_MEMBERS,
            Team.objects.count,
        ),
        ("admin:signatures_watched_add", {"name": "Aurelio Brandt"}, Watched.objects.count),
        (
            "account_email",
            {"email": "another@letters.example", "action_add": ""},
            lambda: EmailAddress.objects.filter(email="another@letters.example").count(),
        ),
    ],
)
def test_the_same_form_sent_thrice_at_once_is_done_once(
    operator: Organizer, name: str, entry: dict[str, str], count: Callable[[], int]
) -> None:
    answers = thrice(operator, reverse(name), entry)
    assert set(answers) <= {200, 302, 409}, answers
    assert 302 in answers
    assert count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_set_up_in_two_tabs_at_once_is_one(operator: Organizer) -> None:
    client = browser_of(operator)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[totp.SECRET_SESSION_KEY]
    cache.clear()
    code = code_of(secret)

    def activate() -> int:
        tab = Client()
        tab.cookies = client.cookies.copy()  # type: ignore[assignment]
        return int(tab.post(reverse("mfa_activate_totp"), {"code": code}).status_code)

    answers = at_once([activate] * 3)
    assert set(answers) <= {200, 302, 409}, answers
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
