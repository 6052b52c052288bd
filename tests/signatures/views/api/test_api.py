"""The public API, as a program of a newsroom reads it."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from campaign import limits
from campaign.letters.models import Letter
from campaign.shared_pages import CACHE_CONTROL
from campaign.wsgi import application
from signatures.press import pages
from signatures.views.api import schemas, v1
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    close,
    listed,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

HERE = "/api/v1/letters/work-that-is-ours"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def read(client: Client, url: str, **asked: Any) -> Any:
    response = client.get(url, asked)
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (
        200,
        "application/json",
    )
    return response.json()


def refused(response: Any, status: int) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert {"type", "title", "detail"} <= told.keys()
    return told


def test_letters_are_listed_the_latest_first(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID, QUIET)
    others = [open_letter(slug=f"letter-{number}") for number in range(4)]
    close(others[1])
    monkeypatch.setattr(v1, "LETTERS", 2)
    seen, url = [], "/api/v1/letters"
    while url:
        told = read(client, url)
        seen += told["letters"]
        url = told["next"]
    assert [each["slug"] for each in seen] == [
        *("letter-3", "letter-2", "letter-1", "letter-0", letter.slug)
    ]
    assert [each["state"] for each in seen] == [*["published"] * 2, "closed", *["published"] * 2]
    last = seen[-1]
    assert last["title"] == "For work that is ours"
    assert (last["total"], last["languages"]) == (2, ["en", "ar"])
    assert last["page"] == f"http://127.0.0.1:8000{letter_url(letter)}"
    in_full = read(client, last["url"])
    assert {name: in_full[name] for name in last} == last
    assert [text["id"] for text in in_full["texts"]] == ["1.en", "1.ar"]
    for text in in_full["texts"]:
        assert client.get(letter_url(letter, f"text/{text['id']}.md")).status_code == 200


def test_the_count_is_that_of_the_page(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, QUIET, GUILD)
    assert read(client, f"{HERE}/count") == client.get(letter_url(letter, "count")).json()


def test_signatories_are_those_of_the_page_and_of_the_file(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    listed(letter, BRIGID, SALMA, QUIET, GUILD, someone(1))
    seen, url = [], f"{HERE}/signatories"
    while url:
        told = read(client, url)
        seen += told["signatories"]
        url = told["next"]
    rows = json.loads(client.get(letter_url(letter, "signatories.json")).content)["signatories"]
    assert [each["number"] for each in seen] == [5, 4, 2, 1]
    for each in seen:
        path = urlsplit(each["page"]).path
        assert path == letter_url(letter, f"signatories/{each['number']}/")
        assert read(client, f"{HERE}/signatories/{each['number']}") == each
        assert client.get(path).status_code == 200
        del each["page"]
    assert seen == rows[::-1]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"q": "malloran brigid"}, [1]),
        ({"profession": "poet"}, [2]),
        ({"country": "NZ", "kind": "organisation"}, [3]),
        ({"level": 2}, []),
        ({"level": 1, "after": "3"}, [2, 1]),
        ({"q": "%"}, []),
    ],
)
def test_the_list_is_narrowed_as_on_its_page(
    client: Client, letter: Letter, asked: dict[str, object], numbers: list[int]
) -> None:
    listed(letter, BRIGID, SALMA, GUILD)
    told = read(client, f"{HERE}/signatories", **asked)
    assert [each["number"] for each in told["signatories"]] == numbers


def test_the_next_page_keeps_what_was_asked(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)
    listed(letter, BRIGID, someone(1), SALMA)
    told = read(client, f"{HERE}/signatories", country="IE", profession="author")
    assert told["next"].partition("?")[2] == "profession=author&country=IE&after=2"
    assert [each["number"] for each in read(client, told["next"])["signatories"]] == [1]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("signatories?level=5", "level"),
        ("signatories?level=x", "level"),
        ("signatories?profession=wizard", "profession"),
        ("signatories?country=XX", "country"),
        ("signatories?country=ie", "country"),
        ("signatories?kind=robot", "kind"),
        ("signatories?after=nonsense", "after"),
        ("signatories?after=-1", "after"),
        ("signatories?after=9999999999", "after"),
        ("signatories?profesion=poet", "profesion"),
        (f"signatories?q={'x' * 10_000}", "q"),
        ("signatories/0", "number"),
        ("signatories/x", "number"),
        ("signatories/99999999999999", "number"),
        ("count?x=1", "x"),
    ],
)
def test_what_cannot_be_asked_is_told(
    client: Client, letter: Letter, path: str, parameter: str
) -> None:
    told = refused(client.get(f"{HERE}/{path}"), 422)
    assert [error["parameter"] for error in told["errors"]] == [parameter]


def test_a_letter_to_go_on_from_must_be_there(client: Client, letter: Letter) -> None:
    told = refused(client.get("/api/v1/letters", {"after": "nobody"}), 422)
    assert [error["parameter"] for error in told["errors"]] == ["after"]


def test_who_is_not_in_the_list_is_nobody(client: Client, letter: Letter) -> None:
    rows = listed(letter, BRIGID, QUIET, SALMA)
    client.post(link_url(rows[2], "withdraw/"))
    answers = [client.get(f"{HERE}/signatories/{number}") for number in (2, 3, 4)]
    assert [refused(answer, 404) for answer in answers] == [answers[0].json()] * 3


@pytest.mark.parametrize(
    "path",
    ["v1", "v1/", "v1/letters/", "v1/nothing", "v2/letters", "x", "v1/letters/nobody", "//"],
)
def test_what_is_not_there_is_a_problem_too(client: Client, letter: Letter, path: str) -> None:
    refused(client.get(f"/api/{path}"), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_it_only_reads(letter: Letter, method: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": "https://paper.example"})
    response = getattr(client, method)(f"{HERE}/count")
    refused(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    refused(getattr(client, method)("/api/v1/nothing"), 404)


def test_pages_of_other_sites_may_read_it(client: Client, letter: Letter) -> None:
    asked = client.options(
        f"{HERE}/count",
        headers={"Origin": "https://paper.example", "Access-Control-Request-Method": "GET"},
    )
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for response in (asked, client.get(f"{HERE}/count"), client.get("/api/v1/nothing")):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "RateLimit" in response["Access-Control-Expose-Headers"]
        assert not response.cookies


def test_caches_may_keep_it_as_the_pages(client: Client, letter: Letter) -> None:
    [row] = listed(letter, BRIGID)
    url = f"{HERE}/signatories"
    first = client.get(url)
    assert first["Cache-Control"] == CACHE_CONTROL
    again = client.get(url, headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    head = client.head(url)
    assert (head.status_code, head["ETag"], head.content) == (200, first["ETag"], b"")
    client.post(link_url(row, "withdraw/"))
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["signatories"]) == (200, [])


def test_each_answer_tells_what_is_left(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits.Limit.API_FROM_NETWORK, "_value_", "3/minute")
    for left in (2, 1, 0):
        response = client.get(f"{HERE}/count")
        assert response["RateLimit-Policy"] == '"network";q=3;w=60'
        assert response["RateLimit"].startswith(f'"network";r={left};t=')
    response = client.get(f"{HERE}/count")
    refused(response, 429)
    assert 0 <= int(response["Retry-After"]) <= 60
    assert response["RateLimit"].startswith('"network";r=0;t=')
    other = Client(REMOTE_ADDR="192.0.2.7").get(f"{HERE}/count")
    assert other.status_code == 200


def test_without_redis_it_answers_all_the_same(
    client: Client, letter: Letter, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    try:
        response = client.get(f"{HERE}/count")
    finally:
        limits._limiter.cache_clear()
    assert response.status_code == 200
    assert "RateLimit" not in response


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_it(client: Client, letter: Letter, value: str) -> None:
    listed(letter, BRIGID)
    for name in ("q", "profession", "country", "level", "kind", "after", value[:50] or "x"):
        response = client.get(f"{HERE}/signatories", {name: value})
        assert response.status_code in (200, 422), name
    for path in ("letters/{}", "letters/{}/count", "letters/work-that-is-ours/signatories/{}"):
        url = f"/api/v1/{path}".format(value.replace("?", "").replace("#", ""))
        assert client.get(url).status_code in (404, 422) or value in ("", "../../../../etc/passwd")


def test_the_page_for_people_tells_what_there_is(client: Client, letter: Letter) -> None:
    sequence(letter)
    for prefix in ("", "/ar"):
        page = Page(client.get(f"{prefix}/api/"))
        assert "http://127.0.0.1:8000/api/v1/openapi.json" in page.links
        for path in v1.api.get_openapi_schema(path_prefix="/api/v1/")["paths"]:
            shown = path.replace("{", "<").replace("}", ">")
            assert shown in page.text
    assert client.get("/api/")["Cache-Control"] == CACHE_CONTROL


def test_the_description_has_examples_that_fit_it(client: Client) -> None:
    schema = read(client, "/api/v1/openapi.json")
    assert list(schema["paths"]) == [
        "/api/v1/letters",
        "/api/v1/letters/{slug}",
        "/api/v1/letters/{slug}/count",
        "/api/v1/letters/{slug}/signatories",
        "/api/v1/letters/{slug}/signatories/{number}",
    ]
    for name in ("Letters", "LetterInFull", "Count", "Signatories", "SignatoryTold", "Problem"):
        [example] = schema["components"]["schemas"][name]["examples"]
        getattr(schemas, name).model_validate(example)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The site itself closes what the test's transaction lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_every_answer_is_as_described(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemathesis asks what it likes, and compares each answer with the description."""
    monkeypatch.setattr(limits, "use", lambda _limit, _who: None)
    listed(letter, BRIGID, SALMA, GUILD)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    asked = 0

    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        if "slug" in case.path_parameters and asked % 2:
            case.path_parameters["slug"] = letter.slug
        # Where a page begins is taken from the page before: a schema cannot tell what that was.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    run = hypothesis_settings(
        max_examples=15,
        deadline=None,
        database=None,
        # Or a rare input would fail somebody else's change.
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        for mode in schemathesis.GenerationMode:
            run(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert asked > 60
