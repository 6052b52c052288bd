"""Off to a service and back, against a real one on this machine: every way that this can end."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.erasure import erase
from signatures.models import Level, Proof, Signature
from signatures.verification.accounts import showing
from signatures.verification.accounts.oauth import SocialAccountAdapter
from signatures.verification.problems import Problem, sentence_for
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    confirmed,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
)
from tests.signatures.verification.accounts.oidc import (
    LABEL,
    NAMELESS,
    NOOR,
    SALTHOUSE,
    SaltHouse,
    is_offered,
    salt_house,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

HANDLE = "@noor.viola"
CALLBACK = f"/accounts/oidc/{SALTHOUSE}/login/callback/"


@pytest.fixture(scope="module")
def running() -> Iterator[SaltHouse]:
    with salt_house() as house:
        yield house


@pytest.fixture
def house(running: SaltHouse, settings: Settings) -> SaltHouse:
    is_offered(running, settings)
    return running


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    [signature] = listed(letter, BRIGID)
    return signature


def press(
    client: Client, signature: Signature, service: str = SALTHOUSE, language: str = ""
) -> Any:
    url = f"{language}{link_url(signature, 'proofs/account/')}"
    return client.post(url, {"service": service})


def goes(client: Client, signature: Signature, service: str = SALTHOUSE, language: str = "") -> str:
    """Where the page sends the browser."""
    response = press(client, signature, service, language)
    assert response.status_code == 200
    page = Page(response)
    [refresh] = [
        str(named["content"])
        for tag, named in page.attributes
        if tag == "meta" and named.get("http-equiv") == "refresh"
    ]
    url = unescape(refresh.removeprefix("0; url="))
    assert url in page.links
    return url


def overview(signature: Signature, problem: Problem | None = None, language: str = "") -> str:
    query = f"?account={problem}" if problem else ""
    return f"{language}{link_url(signature, 'proofs/')}{query}"


def shown(signature: Signature, proof: Proof) -> str:
    return link_url(signature, f"proofs/{proof.pk}/show/")


def nothing_was_made() -> bool:
    return not any(
        model.objects.exists()
        for model in (Proof, Organizer, SocialAccount, SocialApp, SocialToken)
    )


def told_the_way(response: Any) -> bool:
    return bool(
        response.status_code == 400
        and Page(response).headings == ["Show an account from your own page"]
    )


def test_an_account_is_shown_and_readers_see_which_and_when(
    client: Client, house: SaltHouse, letter: Letter, brigid: Signature
) -> None:
    url = goes(client, brigid)
    assert url.startswith(f"{house.url}/oauth2/authorize?")
    response = client.get(house.signs_in(url))
    proof = Proof.objects.get()
    assert (response.status_code, response["Location"]) == (303, shown(brigid, proof))
    page = Page(client.get(response["Location"]))
    assert page.headings[0] == f"{LABEL} · {HANDLE}"
    assert "Readers see it." in page.text
    brigid.refresh_from_db()
    assert brigid.level == Level.CONTROLS
    readers = Page(Client().get(letter_url(letter, "signatories/")))
    assert f"account {HANDLE} at {LABEL}, " in " ".join(readers.text.split())


def test_signers_get_no_account_and_no_session_and_leave_no_token(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    url = goes(client, brigid)
    [session] = Session.objects.all()
    assert session.expire_date < timezone.now() + timedelta(hours=1, minutes=1)
    client.get(house.signs_in(url))
    assert not Session.objects.exists()
    assert client.cookies["desk"].value == ""
    Proof.objects.all().delete()
    assert nothing_was_made()


def test_the_page_that_leads_there_tells_the_service_nothing_of_the_signer(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    response = press(client, brigid)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    url = goes(client, brigid)
    assert link_url(brigid).split("/")[2] not in url
    assert "scope=openid+profile" in url or "scope=profile+openid" in url


def test_one_button_for_each_service_that_is_offered(
    client: Client, house: SaltHouse, brigid: Signature, settings: Settings
) -> None:
    def buttons() -> list[str | None]:
        page = Page(client.get(overview(brigid)))
        named = [each for tag, each in page.attributes if tag == "button"]
        return [each["value"] for each in named if each.get("name") == "service"]

    assert buttons() == [SALTHOUSE, "dummy"]
    settings.SOCIALACCOUNT_PROVIDERS = {"orcid": {"APPS": [{"client_id": "", "secret": ""}]}}
    assert buttons() == []
    assert "Account" not in Page(client.get(overview(brigid))).headings


def test_the_same_account_again_is_the_same_proof(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    places = [client.get(house.signs_in(goes(client, brigid)))["Location"] for _time in "12"]
    assert places == [shown(brigid, Proof.objects.get())] * 2


def test_one_account_stands_at_one_signature_of_a_letter(
    client: Client, house: SaltHouse, letter: Letter, brigid: Signature
) -> None:
    client.get(house.signs_in(goes(client, brigid)))
    mei = confirmed(letter, MEI)
    response = client.get(house.signs_in(goes(client, mei)))
    assert response["Location"] == overview(mei, Problem.ACCOUNT_TAKEN)
    page = Page(client.get(response["Location"]))
    assert sentence_for(Problem.ACCOUNT_TAKEN) in page.by_id["account_service_error"]
    assert sentence_for(Problem.ACCOUNT_TAKEN) in page.alerts[0]
    assert Proof.objects.get().signature == brigid


def test_without_a_handle_the_service_is_told_alone(
    client: Client, house: SaltHouse, letter: Letter, brigid: Signature
) -> None:
    """And without an address, which is never asked for."""
    response = client.get(house.signs_in(goes(client, brigid), NAMELESS.sub))
    assert Page(client.get(response["Location"])).headings[0] == LABEL
    readers = Page(Client().get(letter_url(letter, "signatories/")))
    assert f"an account at {LABEL}, " in " ".join(readers.text.split())


def test_in_arabic_one_comes_back_to_arabic_by_the_one_address_there_is(
    client: Client, house: SaltHouse, letter: Letter
) -> None:
    salma = confirmed(letter, SALMA)
    url = goes(client, salma, language="/ar")
    back = house.signs_in(url)
    assert back.startswith(f"{CALLBACK}?")
    assert client.get(back)["Location"] == f"/ar{shown(salma, Proof.objects.get())}"
    refused = client.get(house.refuses(goes(client, salma, language="/ar")))
    assert refused["Location"] == overview(salma, Problem.ACCOUNT_CANCELLED, "/ar")


def test_who_is_not_shown_is_lifted_all_the_same(
    client: Client, house: SaltHouse, letter: Letter
) -> None:
    quiet = confirmed(letter, QUIET)
    client.get(house.signs_in(goes(client, quiet)))
    quiet.refresh_from_db()
    assert quiet.level == Level.CONTROLS
    assert HANDLE not in Client().get(letter_url(letter, "signatories/")).content.decode()


def test_who_refuses_at_the_service_is_back_where_they_were(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    response = client.get(house.refuses(goes(client, brigid)))
    assert response["Location"] == overview(brigid, Problem.ACCOUNT_CANCELLED)
    page = Page(client.get(response["Location"]))
    assert sentence_for(Problem.ACCOUNT_CANCELLED) in page.alerts[0]
    assert nothing_was_made()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "query", ["error=server_error", "error=", "", "code=wrong", "code=", "code=%00&code=x"]
)
def test_so_is_who_comes_with_an_error(
    client: Client, house: SaltHouse, brigid: Signature, query: str
) -> None:
    state = goes(client, brigid).rpartition("state=")[2].partition("&")[0]
    response = client.get(f"{CALLBACK}?state={state}&{query}")
    assert response["Location"] == overview(brigid, Problem.ACCOUNT_FAILED)
    assert nothing_was_made()


def test_each_start_is_good_for_one_return(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    back = house.signs_in(goes(client, brigid))
    client.get(back)
    Proof.objects.all().delete()
    assert told_the_way(client.get(back))
    # Also while another one is on the way.
    goes(client, brigid)
    assert told_the_way(client.get(back))
    assert nothing_was_made()


@pytest.mark.django_db(transaction=True)
def test_the_same_return_twice_at_once_is_one(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    back = house.signs_in(goes(client, brigid))

    def return_here() -> int:
        browser = Client()
        browser.cookies = client.cookies
        return browser.get(back).status_code

    answers = at_once([return_here] * 3)
    assert set(answers) <= {303, 400}
    assert Proof.objects.count() == 1


def test_a_return_in_another_browser_shows_nothing(
    client: Client, house: SaltHouse, letter: Letter, brigid: Signature
) -> None:
    """Vlad starts, and gets Mei to sign in at the address that he was sent to; and the reverse."""
    back = house.signs_in(goes(client, brigid))
    victim = Client()
    response = victim.get(back)
    assert told_the_way(response)
    assert BRIGID.details.name not in response.content.decode()
    mei = confirmed(letter, MEI)
    goes(victim, mei)
    assert told_the_way(victim.get(back))
    assert nothing_was_made()


def test_after_ten_minutes_one_starts_again(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    back = house.signs_in(goes(client, brigid))
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        response = client.get(back)
        assert response["Location"] == overview(brigid, Problem.ACCOUNT_EXPIRED)
        assert (
            sentence_for(Problem.ACCOUNT_EXPIRED)
            in client.get(response["Location"]).content.decode()
        )
    assert nothing_was_made()


def test_what_we_sealed_runs_out_by_itself(
    client: Client, house: SaltHouse, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if allauth, which keeps the other half, would still let it pass."""
    monkeypatch.setattr(showing, "SECONDS_TO_RETURN", -1)
    response = client.get(house.signs_in(goes(client, brigid)))
    assert response["Location"] == overview(brigid, Problem.ACCOUNT_EXPIRED)
    assert nothing_was_made()


def test_a_page_that_allauth_would_show_is_not_shown(
    client: Client, house: SaltHouse, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    assert told_the_way(client.get(f"{CALLBACK}?state=x&code=y"))


def test_nobody_signs_up_whatever_allauth_would_ask() -> None:
    request = RequestFactory().get("/")
    assert not SocialAccountAdapter(request).is_open_for_signup(request, SocialLogin())


def test_who_withdrew_meanwhile_is_told_that(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    back = house.signs_in(goes(client, brigid))
    withdrawal.withdraw(signature=brigid)
    response = client.get(back)
    assert response["Location"] == link_url(brigid)
    assert client.get(response["Location"]).status_code == 200
    assert nothing_was_made()


def test_who_is_erased_while_they_come_back_is_told_the_way(
    client: Client, brigid: Signature, house: SaltHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = house.signs_in(goes(client, brigid))
    show = showing.show

    def show_too_late(**about: Any) -> Proof:
        erase(signature=brigid)
        return show(**about)

    monkeypatch.setattr(showing, "show", show_too_late)
    assert told_the_way(client.get(back))
    assert nothing_was_made()


def test_whose_signature_is_gone_is_told_the_way(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    backs = [house.signs_in(goes(client, brigid)), house.refuses(goes(client, brigid))]
    Signature.objects.all().delete()
    assert all(told_the_way(client.get(back)) for back in backs)


def test_who_withdrew_or_has_not_confirmed_does_not_get_there(
    client: Client, house: SaltHouse, letter: Letter, brigid: Signature
) -> None:
    withdrawal.withdraw(signature=brigid)
    for signature in (brigid, pending(letter, SALMA)):
        response = press(client, signature)
        assert (response.status_code, response["Location"]) == (303, link_url(signature))


def test_a_service_that_is_not_offered_is_refused_beside_the_buttons(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    for service in ("", "orcid", "openid_connect", *NAUGHTY.values()):
        response = press(client, brigid, service)
        assert response.status_code == 422
        error = Page(response).by_id["account_service_error"]
        assert error == sentence_for(Problem.ACCOUNT_NOT_OFFERED)
    assert not Session.objects.exists()


def test_a_few_starts_a_day(client: Client, house: SaltHouse, brigid: Signature) -> None:
    for _start in range(10):
        assert press(client, brigid, "dummy").status_code == 200
    response = press(client, brigid, "dummy")
    assert response.status_code == 429
    assert Page(response).by_id["account_service_error"] == sentence_for(Problem.TOO_MANY)


def test_looking_starts_nothing(client: Client, house: SaltHouse, brigid: Signature) -> None:
    response = client.get(link_url(brigid, "proofs/account/"))
    assert (response.status_code, response["Location"]) == (303, overview(brigid))
    assert not Session.objects.exists()


def test_a_service_that_is_down_is_told(
    client: Client, house: SaltHouse, brigid: Signature, settings: Settings
) -> None:
    back = house.signs_in(goes(client, brigid))
    providers = house.settings
    # The port of nobody.
    providers["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = providers
    for response in (client.get(back), press(client, brigid)):
        assert response["Location"] == overview(brigid, Problem.ACCOUNT_FAILED)
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("authorize", "demo"),
    [
        ("javascript:alert(1)", True),
        ("http://rubble.example/", True),
        ("http://127.0.0.1:9/", False),
        ("ftp://rubble.example/", True),
        ("//rubble.example/", True),
        ("", True),
    ],
)
def test_nobody_is_sent_where_no_service_is(
    client: Client,
    house: SaltHouse,
    brigid: Signature,
    settings: Settings,
    authorize: str,
    demo: bool,
) -> None:
    providers = house.settings
    overrides = {"authorization_endpoint": authorize}
    providers["openid_connect"]["APPS"][0]["settings"]["openid_configuration_overrides"] = overrides
    settings.SOCIALACCOUNT_PROVIDERS, settings.DEMO = providers, demo
    response = press(client, brigid)
    assert response.status_code in (200, 303)
    if response.status_code == 200:
        # Nowhere else than here.
        assert authorize == ""
    else:
        assert response["Location"] == overview(brigid, Problem.ACCOUNT_FAILED)


@pytest.mark.parametrize("name", sorted(NAUGHTY))
def test_no_answer_breaks_anything(client: Client, house: SaltHouse, name: str) -> None:
    value = NAUGHTY[name]
    for path in (CALLBACK, "/accounts/dummy/authenticate/"):
        response = client.get(path, {"state": value, "code": value, "error": value})
        assert response.status_code in (200, 400)
    assert client.post("/accounts/dummy/authenticate/", {"id": value}).status_code == 400
    assert client.get("/accounts/dummy/authenticate/").status_code == 400
    assert nothing_was_made()


@pytest.mark.parametrize("path", ["/accounts/dummy/login/", f"/accounts/oidc/{SALTHOUSE}/login/"])
def test_where_others_log_in_one_is_told_the_way(
    client: Client, house: SaltHouse, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert Page(response).headings == ["Show an account from your own page"]
    assert client.post(path).status_code == 405
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/orcid/login/",
        "/accounts/orcid/login/callback/",
        "/accounts/google/login/token/",
        "/accounts/apple/login/callback/finish/",
        "/accounts/oidc/nobody/login/callback/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/social/connections/",
    ],
)
def test_what_is_not_offered_is_not_there(client: Client, house: SaltHouse, path: str) -> None:
    organizer = Client()
    organizer.force_login(make_organizer(team=make_team()))
    for browser in (client, organizer):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code in (404, 405)


def test_the_invented_service_believes_what_is_typed(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    url = goes(client, brigid, "dummy")
    page = Page(client.get(url))
    assert page.headings == ["Cockleshell"]
    wrong = client.post(url, {"username": "brigid"})
    assert (wrong.status_code, Proof.objects.count()) == (200, 0)
    response = client.post(url, {"username": "brigid", "id": "7"})
    proof = Proof.objects.get()
    assert response["Location"] == shown(brigid, proof)
    assert (proof.provider, proof.subject) == ("Cockleshell (invented)", "@brigid")
    assert told_the_way(client.post(url, {"username": "brigid", "id": "7"}))
    url = goes(client, brigid, "dummy")
    response = client.post(url, {"action": "cancel"})
    assert response["Location"] == overview(brigid, Problem.ACCOUNT_CANCELLED)
    assert told_the_way(client.post(url, {"username": "brigid", "id": "8"}))


def test_an_organizer_stays_who_they_are(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    organizer = make_organizer(team=make_team(), email="noor@viola.example")
    client.force_login(organizer)
    [before] = Session.objects.values_list("pk", "expire_date")
    for ends in (house.signs_in, house.refuses):
        client.get(ends(goes(client, brigid)))
    assert client.session["_auth_user_id"] == str(organizer.pk)
    assert Session.objects.values_list("pk", flat=True).get() == before[0]
    assert client.session["socialaccount_states"] == {}
    assert client.session.get_expiry_age() > 3600
    assert Proof.objects.get().signature == brigid
    assert not SocialAccount.objects.exists()
    assert Organizer.objects.count() == 1


def test_the_log_in_page_offers_no_service(client: Client, house: SaltHouse) -> None:
    assert LABEL not in client.get("/accounts/login/").content.decode()


def test_what_a_service_says_is_in_no_log(
    client: Client, house: SaltHouse, brigid: Signature, caplog: pytest.LogCaptureFixture
) -> None:
    state = goes(client, brigid).rpartition("state=")[2].partition("&")[0]
    client.get(f"{CALLBACK}?state={state}&code=c0de-of-the-service")
    client.get(house.signs_in(goes(client, brigid)))
    ours = [record for record in caplog.records if record.name != "werkzeug"]
    written = " ".join(str(record.msg) + str(record.args) for record in ours)
    for secret in (NOOR.sub, HANDLE, "c0de-of-the-service", state):
        assert secret not in written


def test_a_problem_that_is_no_problem_is_not_shown(
    client: Client, house: SaltHouse, brigid: Signature
) -> None:
    for value in ("", "too_slow", "token_missing", *NAUGHTY.values()):
        response = client.get(overview(brigid), {"account": value})
        assert response.status_code == 200
        assert Page(response).alerts == []
