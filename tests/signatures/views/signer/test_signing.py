"""Signing, and the page that waits for the confirmation."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from celery import current_app
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from limits import RateLimitItemPerHour, parse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from structlog.testing import capture_logs

from campaign import limits
from campaign.letters import drafting
from campaign.letters.models import Event, Letter
from campaign.letters.texts import draft_text
from campaign.wake import publisher
from signatures import links, tickets
from signatures.forms.signer.signing import SignForm
from signatures.models import Delivery, Kind, Message, Signature, SignatureState
from signatures.signing import Signed
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    SALMA,
    WIKTOR,
    close,
    confirmed,
    draft_letter,
    open_letter,
    pending,
    publish_draft,
    translation_of,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url, send, typed

pytestmark = pytest.mark.django_db

TRIED_TOO_OFTEN = (
    "Very many signatures came from your network. Nothing that you typed is lost. "
    "Please try again in {minutes} minute"
)
WRONG = (
    "This is not the code from the newest e-mail. After five tries only the link in the e-mail "
    "works."
)
FIELDS = ("name", "email", "profession", "country", "credit", "affiliation", "kind")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def inbox_after(client: Client, letter: Letter, **changes: Any) -> str:
    response = send(client, letter, **changes)
    assert response.status_code == 303
    return response["Location"]


def signature_of(email: str = BRIGID.email) -> Signature:
    return Signature.objects.select_related("letter", "translation").get(email=email)


def exhaust(limit: limits.Limit, network: str = "127.0.0.1") -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=network)
    limits._limiter().hit(
        parse(limit.rate), limit.name, limits.network_key(request).hex(), cost=10_000
    )


def nothing_happened() -> bool:
    return not Signature.objects.exists() and not Delivery.objects.exists()


# --- the form -----------------------------------------------------------------------------------


def test_signing_stores_what_was_typed_and_leads_to_the_inbox(
    client: Client, letter: Letter
) -> None:
    location = inbox_after(client, letter)
    assert location.startswith(letter_url(letter, "inbox/"))
    signature = signature_of()
    assert {name: getattr(signature, name) for name in typed()} == typed() | {
        "consent_publish": True,
        "consent_updates": True,
    }
    assert signature.state == SignatureState.PENDING
    assert signature.language == "en"
    assert signature.translation == translation_of(letter)
    page = Page(client.get(location))
    assert page.headings[0] == "Check your inbox"
    assert BRIGID.email in page.text
    assert page.values == {"code": "", "consent_publish": "on", "email": BRIGID.email}


def test_the_arabic_page_signs_the_arabic_text(client: Client, letter: Letter) -> None:
    response = send(client, letter, SALMA, language="ar")
    assert response.status_code == 303
    assert response["Location"].startswith(letter_url(letter, "inbox/", "ar"))
    signature = signature_of(SALMA.email)
    assert (signature.language, signature.translation) == ("ar", translation_of(letter, "ar"))


def test_an_organisation_is_one(client: Client, letter: Letter) -> None:
    assert send(client, letter, GUILD, profession="poet").status_code == 303
    signature = signature_of(GUILD.email)
    assert (signature.kind, signature.profession) == (Kind.ORGANISATION, "")


def test_the_form_says_that_organisations_leave_the_profession_out(
    client: Client, letter: Letter
) -> None:
    assert "Organisations leave the profession out" in Page(client.get(letter_url(letter))).text


def test_the_network_is_kept_as_a_keyed_hash_only(client: Client, letter: Letter) -> None:
    send(client, letter)
    network_key = signature_of().network_key
    assert network_key is not None
    assert len(bytes(network_key)) == 16
    assert b"127" not in bytes(network_key)


def test_an_empty_form_comes_back_with_every_mistake_told(client: Client, letter: Letter) -> None:
    response = client.post(letter_url(letter, "sign/"), {})
    assert response.status_code == 422
    page = Page(response)
    assert {name: page.error(name) for name in FIELDS} == {
        "name": "Enter the name that you sign with.",
        "email": "Enter your e-mail address, such as name@example.org.",
        "profession": "Please choose your profession. “Another profession” is the last one.",
        "country": "Please choose the country you live or work in.",
        "credit": "",
        "affiliation": "",
        "kind": "",
    }
    assert page.headings[1:3] == [
        "Put your name to it",
        "Please check the following",
    ]
    [alert] = page.alerts
    assert all(page.error(name) in alert for name in FIELDS)
    assert {"#id_name", "#id_email", "#id_profession", "#id_country"} <= set(page.links)
    [summary] = [named for _tag, named in page.attributes if named.get("role") == "alert"]
    assert summary.keys() >= {"data-error-summary", "tabindex"}
    assert "<title>Error:" in response.content.decode()
    assert nothing_happened()


def test_a_wrong_field_says_so_to_those_who_cannot_see(client: Client, letter: Letter) -> None:
    page = Page(send(client, letter, name="Ann 🫠"))
    [field] = [named for tag, named in page.attributes if named.get("name") == "name"]
    assert field["aria-invalid"] == "true"
    assert "id_name_error" in (field["aria-describedby"] or "").split()


def test_what_was_typed_is_still_there(client: Client, letter: Letter) -> None:
    response = send(client, letter, name="Ann 🫠", affiliation="Quay & <Sons>", kind="organisation")
    assert response.status_code == 422
    expected = typed(name="Ann 🫠", affiliation="Quay & <Sons>", kind=None) | {
        "kind": True,
        "consent_publish": "on",
        "consent_updates": True,
        "text": "",
        "campaign_tag": "",
    }
    assert Page(response).values == expected
    response = send(client, letter, name="", consent_publish=None, consent_updates=None)
    values = Page(response).values
    assert (values["consent_publish"], values["consent_updates"]) == ("", False)
    assert values["credit"] == "The Salt Ledger"


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_the_page(client: Client, letter: Letter, value: str) -> None:
    everywhere = (*FIELDS, "consent_publish", "consent_updates", "text", "unheard_of")
    data: dict[str, object] = dict.fromkeys([*everywhere, value[:99]], value)
    response = client.post(letter_url(letter, "sign/"), data)
    assert response.status_code == 422
    assert Page(response).headings[0] == "For work that is ours"
    # What a field lets through, the database must take.
    for field in everywhere:
        data = typed() | {field: value}
        if SignForm(data, letter=letter).is_valid():
            assert client.post(letter_url(letter, "sign/"), data).status_code in (303, 409)
    assert send(client, letter, name=[value, "Ann"], country=[value, "FR"]).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%ED%A0%80=%ED%A0%80&name=%ED%A0%80%00%FF&email=%C0%80", "urlencoded"),
        (b"&&&==&%&name", "urlencoded"),
        (b"\x00\xff\xfe", "urlencoded"),
        (b"a=1&" * 101, "urlencoded"),
        (b"a=" + b"b" * 300_000, "urlencoded"),
        (b'{"name": "\\ud800"}', "json"),
        (b"not multipart", "multipart"),
    ],
)
def test_no_body_breaks_the_page(client: Client, letter: Letter, body: bytes, kind: str) -> None:
    content_type = {
        "urlencoded": "application/x-www-form-urlencoded",
        "json": "application/json",
        "multipart": "multipart/form-data; boundary=x",
    }[kind]
    response = client.post(letter_url(letter, "sign/"), body, content_type=content_type)
    assert response.status_code in (400, 422)
    assert nothing_happened()


def test_another_charset_is_refused(client: Client, letter: Letter) -> None:
    for charset in ("latin-1", "nonsense", "\xff"):
        response = client.generic(
            "POST",
            letter_url(letter, "sign/"),
            b"name=x",
            content_type=f"application/x-www-form-urlencoded; charset={charset}",
        )
        assert response.status_code in (400, 422)


def test_a_file_in_place_of_a_line_is_no_line(client: Client, letter: Letter) -> None:
    response = send(client, letter, name=BytesIO(b"a file"))
    assert response.status_code == 422
    assert Page(response).error("name") == "Enter the name that you sign with."


# --- what the letter says -----------------------------------------------------------------------


def test_a_closed_letter_says_so(client: Client, letter: Letter) -> None:
    close(letter)
    response = send(client, letter)
    assert response.status_code == 409
    assert "Signing is closed" in Page(response).headings
    assert nothing_happened()


def test_a_letter_past_its_closing_time_takes_nobody(client: Client) -> None:
    letter = open_letter(closes_at=timezone.now() + timedelta(days=1))
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1), tick=True):
        response = send(client, letter)
    assert response.status_code == 409
    assert "Signing is closed" in Page(response).headings
    assert nothing_happened()


def test_a_letter_that_is_not_yet_open_says_when(client: Client) -> None:
    letter = open_letter(opens_at=timezone.now().replace(2999, 3, 1, 9, 30))
    response = send(client, letter)
    assert response.status_code == 409
    page = Page(response)
    assert "Signing has not opened yet" in page.headings
    assert "You can put your name to this letter from 1 Mar 2999, 09:30 UTC." in page.by_id["sign"]
    assert nothing_happened()


def test_a_draft_cannot_be_signed(client: Client) -> None:
    assert send(client, draft_letter()).status_code == 404
    assert nothing_happened()


def revise(letter: Letter) -> None:
    drafting.start_revision(letter=letter)
    text = draft_text(letter=letter)
    assert text is not None
    stands = translation_of(letter)
    drafting.save_translation(
        text=text,
        language="en",
        title=stands.title,
        addressee=stands.addressee,
        body="We ask for something else.",
    )
    publish_draft(letter)


def test_a_text_that_changed_since_is_shown_before_it_is_signed(
    client: Client, letter: Letter
) -> None:
    seen = str(Page(client.get(letter_url(letter))).values["text"])
    assert seen == translation_of(letter).sha256
    revise(letter)
    response = send(client, letter, text=seen)
    assert response.status_code == 409
    page = Page(response)
    assert page.alerts == [
        "Please check the following "
        "The text was changed since you opened this page. Please read it once more."
    ]
    assert "We ask for something else." in page.text
    assert nothing_happened()
    # All that was typed is there, with the hash of the new text: pressing once more signs it.
    assert page.values == typed() | {
        "kind": False,
        "consent_publish": "on",
        "consent_updates": True,
        "text": translation_of(letter).sha256,
        "campaign_tag": "",
    }
    assert send(client, letter, text=page.values["text"]).status_code == 303


# --- limits -------------------------------------------------------------------------------------


def test_one_network_too_busy_loses_nothing_that_was_typed(client: Client, letter: Letter) -> None:
    exhaust(limits.Limit.SIGN_FROM_NETWORK)
    response = send(client, letter)
    assert response.status_code == 429
    page = Page(response)
    seconds = int(response["Retry-After"])
    assert 0 < seconds <= 3600
    [alert] = page.alerts
    assert TRIED_TOO_OFTEN.format(minutes=-(-seconds // 60)) in alert
    assert page.values == typed() | {
        "kind": False,
        "consent_publish": "on",
        "consent_updates": True,
        "text": "",
        "campaign_tag": "",
    }
    assert nothing_happened()
    assert send(Client(REMOTE_ADDR="192.0.2.77"), letter).status_code == 303


def test_more_sign_from_one_network_while_an_assembly_does(client: Client, letter: Letter) -> None:
    network = limits.network_key(RequestFactory().get("/"))
    limits._limiter().hit(
        RateLimitItemPerHour(800), limits.Limit.SIGN_FROM_NETWORK.name, network.hex(), cost=799
    )
    until = timezone.now() + timedelta(hours=1)
    Letter.objects.update(hourly_ceiling=800, assembly_until=until)
    assert [send(client, letter, who).status_code for who in (BRIGID, WIKTOR)] == [303, 429]


def test_a_hall_in_which_everybody_types_the_right_code_is_never_refused(
    client: Client, letter: Letter
) -> None:
    limits._limiter().hit(
        parse(limits.Limit.CODE_FROM_NETWORK.rate),
        limits.Limit.CODE_FROM_NETWORK.name,
        limits.network_key(RequestFactory().get("/")).hex(),
        cost=59,
    )
    for who in (BRIGID, WIKTOR, MEI):
        inbox = inbox_after(client, letter, email=who.email)
        code = links.code_for(signature=signature_of(who.email))
        assert client.post(inbox, {"code": code}).status_code == 303
    inbox = inbox_after(client, letter, email="another@quayside.example")
    code = links.code_for(signature=signature_of("another@quayside.example"))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert [client.post(inbox, {"code": wrong}).status_code for _try in range(2)] == [422, 429]


def test_mistakes_do_not_count_against_the_network(client: Client, letter: Letter) -> None:
    send(client, letter, name="")
    request = RequestFactory().get("/")
    used = limits._limiter().get_window_stats(
        parse(limits.Limit.SIGN_FROM_NETWORK.rate),
        limits.Limit.SIGN_FROM_NETWORK.name,
        limits.network_key(request).hex(),
    )
    assert used.remaining == 400


def _forget_connections() -> None:
    current_app._pool = None  # type: ignore[attr-defined]
    current_app.amqp._producer_pool = None  # type: ignore[attr-defined]


@pytest.fixture
def redis_is_gone(settings: Settings) -> Iterator[None]:
    """Both uses of it: nobody listens at port 9."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    broker = current_app.conf.broker_url
    current_app.conf["broker_url"] = "redis://127.0.0.1:9/0"
    _forget_connections()
    yield
    current_app.conf["broker_url"] = broker
    _forget_connections()
    limits._limiter.cache_clear()


def test_signing_works_without_redis_and_the_log_says_so(
    client: Client,
    letter: Letter,
    redis_is_gone: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    start = time.monotonic()
    with capture_logs() as logs:
        with django_capture_on_commit_callbacks(execute=True):
            assert send(client, letter).status_code == 303
        assert time.monotonic() - start < 2
        publisher.wait()
    said = [(line["log_level"], line["event"]) for line in logs]
    assert ("warning", "limit_not_counted") in said
    assert ("warning", "broker_unreachable") in said
    assert BRIGID.email not in str(logs)
    assert signature_of().state == SignatureState.PENDING
    assert Delivery.objects.count() == 1


# --- who may send -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.testserver"},
        {"Sec-Fetch-Site": "nonsense"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://[nonsense"},
    ],
)
def test_what_another_site_sends_is_refused(letter: Letter, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    response = send(client, letter)
    assert response.status_code == 403
    assert Page(response).headings == ["This did not come from one of our pages"]
    assert nothing_happened()
    signature = pending(letter)
    ticket_url = inbox_after(Client(), letter)
    before = Signature.objects.values().get()
    for url in (
        ticket_url,
        f"{ticket_url}resend/",
        f"{ticket_url}correct/",
        link_url(signature),
        link_url(signature, "edit/"),
        link_url(signature, "withdraw/"),
        link_url(signature, "resend/"),
    ):
        assert client.post(url, typed() | {"code": "000000", "seen": "1"}).status_code == 403
    assert Signature.objects.values().get() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    ],
)
def test_what_our_own_pages_and_old_browsers_send_is_taken(
    letter: Letter, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    assert send(client, letter).status_code == 303


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
def test_only_a_post_signs(client: Client, letter: Letter, method: str) -> None:
    response = getattr(client, method)(letter_url(letter, "sign/"))
    assert response.status_code == (303 if method in ("get", "head") else 405)
    assert nothing_happened()


# --- nothing tells who has signed ---------------------------------------------------------------


def told(response: HttpResponse, ticket: str) -> tuple[object, ...]:
    """All that a visitor can tell apart: status, headers, body, without the ticket itself."""
    body = response.content.decode().replace(ticket, "TICKET")
    headers = {name: value.replace(ticket, "TICKET") for name, value in response.items()}
    # Their order comes from a set.
    headers["Content-Security-Policy"] = ""
    headers.pop("Date", None)
    headers.pop("Expires", None)
    return response.status_code, headers, body, dict(response.cookies)


def walk(letter: Letter, who: Any = BRIGID) -> list[object]:
    """Everything that can be done from the form without reading mail, and each answer."""
    client = Client()
    signed = send(client, letter, who)
    ticket = signed["Location"].split("/")[-2]
    inbox = letter_url(letter, f"inbox/{ticket}/")
    answers = [signed, client.get(inbox), client.head(inbox)]
    answers += [client.post(inbox, {"code": "x"}), client.post(inbox, {"code": "000000"})]
    answers += [client.post(f"{inbox}resend/"), client.get(f"{inbox}?resent=1")]
    answers += [client.post(inbox, {"code": f"00000{n}"}) for n in range(6)]
    answers += [client.post(f"{inbox}correct/", {"email": "no address"})]
    answers += [client.get(link) for link in (f"{inbox}?resent", f"{inbox}resend/")]
    return [len(ticket), *(told(answer, ticket) for answer in answers)]  # type: ignore[arg-type]


def test_a_known_address_sees_the_same_pages_to_the_byte(letter: Letter) -> None:
    never_seen = walk(letter)
    assert walk(letter) == never_seen  # Pending now.
    Signature.objects.update(state=SignatureState.CONFIRMED, level=1, confirmed_at=timezone.now())
    assert walk(letter) == never_seen
    Signature.objects.update(state=SignatureState.WITHDRAWN, level=0)
    assert walk(letter) == never_seen


def test_a_known_address_gets_another_mail(client: Client, letter: Letter) -> None:
    confirmed(letter)
    Delivery.objects.all().delete()
    inbox_after(client, letter, name="Somebody Else")
    assert [each.message for each in Delivery.objects.all()] == [Message.ALREADY_SIGNED]
    assert signature_of().name == "Brigid O’Malloran"


def test_the_length_of_a_ticket_does_not_depend_on_who_has_signed() -> None:
    lengths = {
        len(
            tickets.seal(
                tickets.Ticket(
                    Signed(signature_id=signature_id, revision=revision, fresh=fresh),
                    5,
                    BRIGID.email,
                    BRIGID.details,
                )
            )
        )
        for signature_id, revision, fresh in ((7, 1, True), (10**9, 0, False), (0, 2**31, False))
    }
    assert len(lengths) == 1


# --- the inbox ----------------------------------------------------------------------------------


def code_of(email: str = BRIGID.email) -> str:
    return links.code_for(signature=signature_of(email))


def wrong_code(email: str = BRIGID.email) -> str:
    return f"{(int(code_of(email)) + 1) % 10**6:06d}"


def test_the_code_confirms_and_leads_to_the_thanks_page(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    response = client.post(inbox, {"code": code_of()})
    signature = signature_of()
    assert (response.status_code, response["Location"]) == (303, link_url(signature, "thanks/"))
    assert signature.state == SignatureState.CONFIRMED
    assert Event.objects.filter(kind="sign").count() == 1
    # The back button, and the button once more: the code is spent, and nothing tells more.
    again = client.post(inbox, {"code": code_of()})
    assert (again.status_code, Page(again).error("code")) == (422, WRONG)
    assert Event.objects.filter(kind="sign").count() == 1


def test_a_wrong_code_is_told_beside_its_field_and_keeps_what_was_typed(
    client: Client, letter: Letter
) -> None:
    inbox = inbox_after(client, letter)
    for code, sentence in (
        (wrong_code(), WRONG),
        ("12 34", "The code has six digits. Please type only these."),
        ("", "Please type the six digits from the e-mail."),
    ):
        response = client.post(inbox, {"code": code})
        page = Page(response)
        assert response.status_code == 422
        assert page.error("code") == sentence
        assert page.values["code"] == code
        assert sentence in page.alerts[0]
        assert "<title>Error:" in response.content.decode()
    assert signature_of().state == SignatureState.PENDING


def test_after_five_tries_only_the_link_works(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    for _try in range(links.MAX_CODE_TRIES):
        assert client.post(inbox, {"code": wrong_code()}).status_code == 422
    assert client.post(inbox, {"code": code_of()}).status_code == 422
    assert signature_of().state == SignatureState.PENDING
    # Neither a fresh e-mail nor signing again gives five tries more.
    client.post(f"{inbox}resend/")
    assert client.post(inbox_after(client, letter), {"code": code_of()}).status_code == 422
    signature = signature_of()
    answer = {"answer": "sign", "seen": signature.revision}
    assert client.post(link_url(signature), answer).status_code == 303
    assert signature_of().state == SignatureState.CONFIRMED


def test_a_network_that_tries_many_codes_is_slowed(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    exhaust(limits.Limit.CODE_FROM_NETWORK)
    response = client.post(inbox, {"code": code_of()})
    assert response.status_code == 429
    minutes = -(-int(response["Retry-After"]) // 60)
    told = (
        "Too many wrong codes came from your network. The link in the e-mail works all the same. "
        f"Please try again in {minutes} minute"
    )
    assert told in Page(response).error("code")
    assert signature_of().state == SignatureState.PENDING


def test_a_code_does_not_confirm_what_another_tab_changed(client: Client, letter: Letter) -> None:
    first = inbox_after(client, letter)
    second = inbox_after(client, letter, name="Bríd O’Malloran")
    response = client.post(first, {"code": code_of()})
    assert response.status_code == 409
    assert (
        Page(response).error("code")
        == "Your details changed since. Please use the link in the e-mail."
    )
    assert client.post(second, {"code": code_of()}).status_code == 303
    assert signature_of().name == "Bríd O’Malloran"


def test_a_code_comes_too_late_for_a_closed_letter(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    close(letter)
    response = client.post(inbox, {"code": code_of()})
    assert response.status_code == 409
    assert (
        Page(response).error("code")
        == "The letter was closed meanwhile, so it cannot be signed now."
    )


def test_a_code_without_its_signature_is_a_wrong_one(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    code = code_of()
    Delivery.objects.all().delete()
    Signature.objects.all().delete()
    assert client.post(inbox, {"code": code}).status_code == 422


def test_resend_owes_the_mail_once_more(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    Delivery.objects.update(state="sent")
    response = client.post(f"{inbox}resend/")
    assert (response.status_code, response["Location"]) == (303, f"{inbox}?resent=1")
    assert [each.state for each in Delivery.objects.order_by("pk")] == ["sent", "owed"]
    page = Page(client.get(response["Location"]))
    assert "Asked for once more. The newest e-mail is the one to use." in page.text


def test_a_corrected_address_takes_the_place_of_the_mistyped_one(
    client: Client, letter: Letter
) -> None:
    inbox = inbox_after(client, letter, email="brigit@quayside.example")
    response = client.post(f"{inbox}correct/", {"email": BRIGID.email})
    assert response.status_code == 303
    assert BRIGID.email in Page(client.get(response["Location"])).text
    signature = Signature.objects.exclude(email="").get()
    assert (signature.email, signature.name) == (BRIGID.email, "Brigid O’Malloran")
    assert [each.signature_id for each in Delivery.objects.all()] == [signature.pk]


def test_a_mistyped_address_that_belongs_to_another_signer_stays_theirs(
    client: Client, letter: Letter
) -> None:
    other = confirmed(letter, MEI)
    inbox = inbox_after(client, letter, email=MEI.email)
    client.post(f"{inbox}correct/", {"email": BRIGID.email})
    assert Signature.objects.filter(pk=other.pk, state=SignatureState.CONFIRMED).exists()
    assert signature_of().name == "Brigid O’Malloran"


def test_a_correction_that_is_no_address_is_told_beside_its_field(
    client: Client, letter: Letter
) -> None:
    inbox = inbox_after(client, letter)
    response = client.post(f"{inbox}correct/", {"email": "brigid(at)quayside.example"})
    page = Page(response)
    assert response.status_code == 422
    assert page.error("email").startswith("The @ is missing.")
    assert page.values["email"] == "brigid(at)quayside.example"
    exhaust(limits.Limit.SIGN_FROM_NETWORK)
    response = client.post(f"{inbox}correct/", {"email": WIKTOR.email})
    page = Page(response)
    assert response.status_code == 429
    minutes = -(-int(response["Retry-After"]) // 60)
    assert page.error("email").startswith(TRIED_TOO_OFTEN.format(minutes=minutes))
    assert page.values["email"] == WIKTOR.email
    assert [each.email for each in Signature.objects.all()] == [BRIGID.email]


def test_a_correction_after_the_letter_closed_leads_back_to_it(
    client: Client, letter: Letter
) -> None:
    inbox = inbox_after(client, letter)
    close(letter)
    response = client.post(f"{inbox}correct/", {"email": WIKTOR.email})
    assert (response.status_code, response["Location"]) == (303, letter_url(letter))


def void_tickets(letter: Letter) -> dict[str, str]:
    other = open_letter(slug="another-letter")
    good = inbox_after(Client(), letter).split("/")[-2]
    foreign = inbox_after(Client(), other).split("/")[-2]
    altered = good[:40] + ("A" if good[40] != "A" else "B") + good[41:]
    return {"altered": altered, "cut": good[:-5], "foreign": foreign, "none": "x", "é": "é"}


def test_a_ticket_that_is_not_ours_or_not_this_letters_is_void(
    client: Client, letter: Letter
) -> None:
    tickets = void_tickets(letter)
    code = links.code_for(signature=Signature.objects.get(letter=letter))
    for ticket in tickets.values():
        inbox = letter_url(letter, f"inbox/{ticket}/")
        for response in (
            client.get(inbox),
            client.post(inbox, {"code": code}),
            client.post(f"{inbox}resend/"),
            client.post(f"{inbox}correct/", {"email": WIKTOR.email}),
        ):
            assert response.status_code == 410
            assert Page(response).headings == ["This page has expired"]
    assert not Signature.objects.exclude(email=BRIGID.email).exists()


def test_a_ticket_runs_out_after_a_week(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5), tick=True):
        assert client.get(inbox).status_code == 410


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_the_inbox(client: Client, letter: Letter, value: str) -> None:
    inbox = inbox_after(client, letter)
    odd = letter_url(letter, f"inbox/{quote(value, safe='')}/")
    assert client.post(inbox, {"code": value}).status_code == 422
    assert client.post(f"{inbox}correct/", {"email": value}).status_code == 422
    assert client.get(inbox, {"resent": value}).status_code == 200
    for response in (client.get(odd), client.post(f"{odd}resend/")):
        assert response.status_code in (404, 410)


def test_the_inbox_is_kept_by_nobody_and_told_to_nobody(client: Client, letter: Letter) -> None:
    inbox = inbox_after(client, letter)
    for response in (
        send(client, letter),
        client.get(inbox),
        client.post(inbox, {"code": "x"}),
        client.post(f"{inbox}resend/"),
        client.post(f"{inbox}correct/", {"email": "x"}),
        send(client, letter, name=""),
    ):
        assert {"no-store", "private"} <= set(re.split(r",\s*", response["Cache-Control"]))
        # Not "no-referrer": the forms on it would come from nowhere.
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies
        assert "ETag" not in response


def test_a_full_length_signer_fits_into_the_ticket(client: Client, letter: Letter) -> None:
    """The longest that every field takes, in letters of four bytes that do not repeat."""
    local = "".join(chr(ord("a") + n % 26) for n in range(64))
    labels = ".".join(("abcdefghijklmnopqrstuvwxyz0123456789" * 2)[n : n + 57] for n in range(3))
    rare = "".join(chr(0x20000 + n * 97) for n in range(360))
    inbox = inbox_after(
        client,
        letter,
        name=rare[:120],
        credit=rare[120:240],
        affiliation=rare[240:],
        email=f"{local}@{labels}.example",
    )
    assert client.get(inbox).status_code == 200


def test_no_page_ever_sets_a_cookie_or_looks_at_one(letter: Letter) -> None:
    client = Client()
    client.cookies["desk"] = "\x00nonsense"
    client.cookies["csrftoken"] = "nonsense"
    response = send(client, letter)
    assert response.status_code == 303
    assert not response.cookies


def test_the_waiting_page_shows_the_name_that_a_code_would_confirm(
    client: Client, letter: Letter
) -> None:
    waiting = client.get(send(client, letter, BRIGID)["Location"])
    assert f'<bdi translate="no">{BRIGID.details.name}</bdi>' in waiting.content.decode()
