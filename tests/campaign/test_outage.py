from collections.abc import Callable

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Whatever asks the database gets this error."""

    def raises(error: Exception) -> None:
        def cursor() -> None:
            raise error

        monkeypatch.setattr(connection, "cursor", cursor)

    return raises


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
@pytest.mark.parametrize("path", ["/", "/ar/", "/letters/any/", "/letters/any/count"])
def test_page_without_the_database_says_when_to_come_back(
    visitor: Client, breaks: Callable[[Exception], None], path: str, error: Exception
) -> None:
    breaks(error)
    response = visitor.get(path)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
        503,
        "10",
        "no-store",
    )
    title = "الموقع غير متاح الآن" if path == "/ar/" else "The site is not available right now"
    assert title in response.content.decode()
    assert not response.cookies


def test_form_without_the_database_is_told_that_it_has_not_arrived(
    visitor: Client, breaks: Callable[[Exception], None]
) -> None:
    breaks(OperationalError("gone"))
    response = visitor.post("/letters/any/sign/", {"name": "Mirela Anghel"})
    assert response.status_code == 503
    assert "it has not arrived" in response.content.decode()


def test_fault_of_ours_is_500_and_promises_nothing_untrue(
    visitor: Client, breaks: Callable[[Exception], None]
) -> None:
    breaks(ValueError("a bug"))
    response = visitor.get("/")
    assert response.status_code == 500
    assert "Retry-After" not in response
    assert response["Cache-Control"] == "no-store"
    assert "have been told" not in response.content.decode()
    assert "a bug" not in response.content.decode()
