"""The public API, as a program of a newsroom reads it."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from campaign import limits
from campaign.handler import Handler
from campaign.letters.models import Letter
from campaign.shared_pages import CACHE_CONTROL
from signatures.listing import facets, pagination
from signatures.verification import authority
from signatures.verification.proofs import revoke
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
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

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
    monkeypatch.setattr(v1, "LETTERS_PER_PAGE", 2)
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
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)
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
    monkeypatch.setattr(pagination, "PAGE_ROWS", 1)
    listed(letter, BRIGID, someone(1), SALMA)
    told = read(client, f"{HERE}/signatories", country="IE", profession="author")
    assert told["next"].partition("?")[2] == "profession=author&country=IE&after=2"
    assert [each["number"] for each in read(client, told["next"])["signatories"]] == [1]


def test_by_name_it_is_the_list_of_the_page(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)
    rows = listed(letter, someone(2), SALMA, BRIGID, someone(1), QUIET, GUILD)
    on_page: list[int] = []
    address: str | None = f"{letter_url(letter, 'signatories/')}?order=name"
    while address:
        context = client.get(address).context
        on_page += [each.row.number for each in context["page"]]
        address = context["next_url"]
    assert sorted(on_page) == [1, 2, 3, 4, 6]

    told = read(client, f"{HERE}/signatories", order="name")
    numbers = [each["number"] for each in told["signatories"]]
    # Whoever the next page goes on from withdraws: nobody is left out, nobody comes twice.
    client.post(link_url(rows[numbers[-1] - 1], "withdraw/"), AGREED)
    while told["next"]:
        told = read(client, told["next"])
        numbers += [each["number"] for each in told["signatories"]]
    assert numbers == on_page


def test_by_name_the_place_is_told_as_the_page_tells_it(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 1)
    listed(letter, BRIGID, someone(1), SALMA)
    told = read(client, f"{HERE}/signatories", order="name", country="IE")
    on_page = client.get(letter_url(letter, "signatories/"), {"order": "name", "country": "IE"})
    assert parse_qs(urlsplit(told["next"]).query) == parse_qs(
        urlsplit(on_page.context["next_url"]).query
    )


def test_who_signed_for_an_organisation_is_told_while_readers_see_it(
    client: Client, letter: Letter
) -> None:
    guild = listed(letter, BRIGID, GUILD)[1]
    authority.state(signature=guild, name="Wilhelmina Achterberg", role="chair")

    def told() -> list[object]:
        found = read(client, f"{HERE}/signatories")["signatories"]
        one = read(client, f"{HERE}/signatories/2")
        on_page = client.get(letter_url(letter, "signatories/2/")).text
        assert found[0] == one
        assert ("Achterberg" in on_page) == (one["signed_by"] is not None)
        return [each["signed_by"] for each in found]

    # Its own word, before anything of its domain is shown.
    assert told() == [None, None]
    proof = proven(guild, "domain", "lampwrights.example")
    assert told() == [{"name": "Wilhelmina Achterberg", "role": "chair"}, None]
    revoke(proof=proof)
    assert told() == [None, None]


@pytest.mark.parametrize("order", ["", "name"])
def test_three_cost_what_one_does(client: Client, letter: Letter, order: str) -> None:
    def queries() -> int:
        facets.forget()
        with CaptureQueriesContext(connection) as captured:
            read(client, f"{HERE}/signatories", order=order)
        return len(captured)

    for row in listed(letter, GUILD):
        proven(row, "domain", "lampwrights.example")
    once = queries()
    for row in listed(letter, BRIGID, SALMA):
        proven(row, "domain", f"{row.pk}.example")
    assert queries() == once


@pytest.mark.parametrize(
    ("asked", "queries"), [({}, 0), ({"country": "FI"}, 0), ({"country": "IE"}, 1), ({"q": "x"}, 1)]
)
def test_where_nobody_fits_nobody_is_looked_for(
    client: Client, letter: Letter, asked: dict[str, str], queries: int
) -> None:
    """How many fit is known: rare choices are found, not met on the way through a million."""
    if asked:
        listed(letter, BRIGID)
    sequence(letter)
    with CaptureQueriesContext(connection) as captured:
        read(client, f"{HERE}/signatories", order="name", **asked)
    looked = [each for each in captured if "name_key" in each["sql"]]
    assert len(looked) == queries


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
        ("signatories?after=3~kazuo", "after"),
        ("signatories?order=name&after=3", "after"),
        ("signatories?order=name&after=nonsense~kazuo", "after"),
        ("signatories?order=name&after=0~kazuo", "after"),
        ("signatories?order=name&after=9999999999~kazuo", "after"),
        (f"signatories?order=name&after=3~{'x' * 10_000}", "after"),
        ("signatories?order=age", "order"),
        ("signatories?order=NAME", "order"),
        ("signatories?profesion=poet", "profesion"),
        (f"signatories?q={'x' * 10_000}", "q"),
        ("signatories/0", "number"),
        ("signatories/x", "number"),
        ("signatories/99999999999999", "number"),
        ("count?x=1", "x"),
        ("count?x=1&x=2", "x"),
        ("signatories?level=1&level=2", "level"),
        ("signatories?level=1&level=1", "level"),
        ("signatories?q=&q=", "q"),
    ],
)
def test_what_cannot_be_asked_is_told(
    client: Client, letter: Letter, path: str, parameter: str
) -> None:
    told = refused(client.get(f"{HERE}/{path}"), 422)
    assert [error["parameter"] for error in told["errors"]] == [parameter]
    details = [told["detail"], *(error["detail"] for error in told["errors"])]
    assert not re.search(r"[\[\]^$\\]", " ".join(details))


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("letters/a%20b/count", "Use letters, digits, hyphens and underscores alone."),
        ("letters?after=a+b", "This is no place to go on from: take it from `next`."),
        ("letters/x/signatories?after=-", "This is no place to go on from: take it from `next`."),
        ("letters/x/signatories?country=i", "Use a code of ISO 3166-1 alpha-2, in capitals."),
    ],
)
def test_what_has_not_its_form_is_told_in_words(client: Client, path: str, detail: str) -> None:
    told = refused(client.get(f"/api/v1/{path}"), 422)
    assert [error["detail"] for error in told["errors"]] == [detail]


@pytest.mark.parametrize("name", ["x{}", "level"])
def test_more_parameters_than_the_site_reads_are_a_problem_without_a_traceback(
    client: Client, letter: Letter, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    query = "&".join(f"{name.format(number)}=1" for number in range(101))
    for path in (f"{HERE}/count", f"{HERE}/signatories", "/api/v1/letters"):
        refused(client.get(f"{path}?{query}"), 422)
    assert [each for each in caplog.records if each.exc_info or each.levelname == "ERROR"] == []


def test_a_letter_to_go_on_from_must_be_there(client: Client, letter: Letter) -> None:
    told = refused(client.get("/api/v1/letters", {"after": "nobody"}), 422)
    assert [error["parameter"] for error in told["errors"]] == ["after"]


def test_who_is_not_in_the_list_is_nobody(client: Client, letter: Letter) -> None:
    rows = listed(letter, BRIGID, QUIET, SALMA)
    client.post(link_url(rows[2], "withdraw/"), AGREED)
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


def test_a_preflight_uses_nothing_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.Limit.API_FROM_NETWORK, "rate", "2/minute")
    for _again in range(3):
        asked = client.options("/api/v1/letters")
        assert (asked.status_code, "RateLimit" in asked) == (204, False)
    assert client.options("/api/v1/nothing").status_code == 404
    assert _limits(client.get("/api/v1/letters")) == (2, 60, 1)


def test_caches_may_keep_it_as_the_pages(client: Client, letter: Letter) -> None:
    [row] = listed(letter, BRIGID)
    url = f"{HERE}/signatories"
    first = client.get(url)
    assert first["Cache-Control"] == CACHE_CONTROL
    again = client.get(url, headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (again.status_code, b"".join(again), again["ETag"]) == (304, b"", first["ETag"])
    anything = client.get(url, headers={"If-None-Match": " * "})
    assert (anything.status_code, b"".join(anything)) == (304, b"")
    assert client.get(f"{url}/9", headers={"If-None-Match": "*"}).status_code == 404
    assert not {"Content-Type", "Content-Length"} & set(again.headers)
    assert again["Access-Control-Allow-Origin"] == "*"
    head = client.head(url)
    assert (head.status_code, head["ETag"], head.content) == (200, first["ETag"], b"")
    client.post(link_url(row, "withdraw/"), AGREED)
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["signatories"]) == (200, [])


def _limits(response: Any) -> tuple[int, int, int]:
    """Quota, window and what is left, in the very form of the draft: one item in each list, by the
    same name, its parameters whole numbers."""
    policy = re.fullmatch(r'"([a-z]+)";q=(\d+);w=([1-9]\d*)', response["RateLimit-Policy"])
    now = re.fullmatch(r'"([a-z]+)";r=(\d+);t=(\d+)', response["RateLimit"])
    assert policy is not None
    assert now is not None
    assert policy[1] == now[1]
    assert 0 <= int(now[3]) <= int(policy[3])
    return int(policy[2]), int(policy[3]), int(now[2])


def test_each_answer_tells_what_is_left(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits.Limit.API_FROM_NETWORK, "rate", "3/minute")
    for left in (2, 1, 0):
        response = client.get(f"{HERE}/count")
        assert _limits(response) == (3, 60, left)
    response = client.get(f"{HERE}/count")
    refused(response, 429)
    assert _limits(response) == (3, 60, 0)
    # Never before the window ends.
    assert response["RateLimit"] == f'"network";r=0;t={response["Retry-After"]}'
    for path, status in (("nothing", 404), ("letters?x=1", 422), ("openapi.json", 200)):
        response = Client(REMOTE_ADDR="192.0.2.8").get(f"/api/v1/{path}")
        assert response.status_code == status
        assert _limits(response)[:2] == (3, 60)
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
    for name in (*schemas.Wanted.model_fields, value[:50] or "x"):
        response = client.get(f"{HERE}/signatories", {name: value})
        assert response.status_code in (200, 422), name
    by_name = client.get(f"{HERE}/signatories", {"order": "name", "after": f"1~{value}"})
    assert by_name.status_code in (200, 422)
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
        examples = schema["components"]["schemas"][name]["examples"]
        assert examples
        for example in examples:
            getattr(schemas, name).model_validate(example)
    wanted = schema["paths"]["/api/v1/letters/{slug}/signatories"]["get"]["parameters"]
    asked = {each["name"]: each for each in wanted if each["in"] == "query"}
    assert asked["order"]["example"] == "name"
    for name, told in asked.items():
        for example in (told["example"], *told["schema"]["examples"]):
            schemas.Wanted.model_validate({name: example})


def test_the_description_is_one(client: Client) -> None:
    """By the schema of OpenAPI 3.1 itself."""
    schema = read(client, "/api/v1/openapi.json")
    assert schema["openapi"].startswith("3.1.")
    errors = OPENAPI_31_VALIDATOR.iter_errors(schema)
    assert [(each.message, each.instance_path) for each in errors] == []


def test_the_description_tells_of_every_status_and_header(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = read(client, "/api/v1/openapi.json")
    monkeypatch.setattr(limits.Limit.API_FROM_NETWORK, "rate", "5/minute")
    path = "/api/v1/letters"
    etag = client.get(path)["ETag"]
    answers = [
        client.get(path),
        client.get(path, headers={"If-None-Match": etag}),
        client.post(path),
        client.get(f"{path}?x=1"),
        client.get(path),
    ]
    responses = schema["paths"][path]["get"]["responses"]
    assert list(responses) == ["200", "304", "404", "405", "422", "429"]
    assert [each.status_code for each in answers] == [200, 304, 405, 422, 429]
    # Where names are searched, it can take too long.
    slow = [path for path, told in schema["paths"].items() if "503" in told["get"]["responses"]]
    assert slow == ["/api/v1/letters/{slug}/signatories"]
    for answer in answers:
        told = responses[str(answer.status_code)]
        known = {"ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "Allow"}
        assert {name for name in known if name in answer} == told["headers"].keys()
        assert ("content" in told) == bool(b"".join(answer))
        for name in told["headers"]:
            assert name in schema["components"]["headers"]


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
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", Handler())
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
