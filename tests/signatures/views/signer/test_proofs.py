"""A signer's proofs in the browser: every step, by its owner alone, and what readers see of it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter, LetterState
from campaign.wake import Task
from signatures import withdrawal
from signatures.listing import pagination, queries
from signatures.models import Level, Proof, ProofState, Signature, SignatureState
from signatures.verification import levels, proofs, registry
from signatures.verification.levels import recompute_level
from signatures.verification.methods import METHODS
from signatures.verification.problems import Problem
from signatures.verification.work_email import mailed_code
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    sequence,
    someone,
)
from tests.signatures.views.visitors import Page, letter_url, link_url

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    return confirmed(letter)


def start(client: Client, signature: Signature, method: str, subject: str) -> Any:
    return client.post(link_url(signature, f"proofs/{method}/"), {"subject": subject})


def proven(signature: Signature, method: str, subject: str = "", **fields: Any) -> Proof:
    values = {
        "state": ProofState.STANDING,
        "proved_at": OCTOBER,
        "started_at": OCTOBER,
        "private": "secret@private.example",
    }
    proof = Proof.objects.create(
        signature=signature, method=method, subject=subject, **values | fields
    )
    recompute_level(signature=signature)
    return proof


# --- the signer's pages -------------------------------------------------------------------------


def test_the_own_page_and_the_thanks_page_lead_there(client: Client, brigid: Signature) -> None:
    for rest in ("", "thanks/"):
        page = Page(client.get(link_url(brigid, rest)))
        assert link_url(brigid, "proofs/") in page.links
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert page.headings == [
        *("Show that it’s you", "Website", "Domain", "Work e-mail", "Bluesky"),
        *("Mastodon", "Account", "Vouched for", "Public records"),
    ]
    assert "Does not show" in page.text


def test_who_is_not_shown_is_told_what_that_means(client: Client, letter: Letter) -> None:
    page = Page(client.get(link_url(confirmed(letter, QUIET), "proofs/")))
    assert "You chose not to be shown, so your proofs are not shown either" in page.text


def test_a_website_is_started_and_told_how(client: Client, brigid: Signature) -> None:
    response = start(client, brigid, "website", "https://www.Brigid.example/books")
    proof = Proof.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        link_url(brigid, f"proofs/{proof.pk}/show/"),
    )
    assert (proof.method, proof.subject) == ("website", "www.brigid.example")
    page = Page(client.get(response["Location"]))
    line = f"undersigned-verify={proof.token}"
    assert f'<meta name="undersigned" content="{line}">' in page.text
    assert f"http://127.0.0.1:8000/letters/work-that-is-ours/#signed-as-{proof.token}" in page.text
    assert "https://www.brigid.example/.well-known/undersigned.txt" in page.text
    assert "Not shown yet." in page.text
    assert page.headings[0] == "Website · brigid.example"
    # The way to this page is a secret, and must never be what a signer is told to publish.
    placed = page.text.split("Place one of these")[1]
    assert link_url(brigid).strip("/").split("/")[-1] not in placed


def test_a_domain_is_started_and_told_how(client: Client, brigid: Signature) -> None:
    response = start(client, brigid, "domain", "www.brigid.example")
    page = Page(client.get(response["Location"]))
    assert "_undersigned.brigid.example" in page.text
    assert f"undersigned-verify={Proof.objects.get().token}" in page.text


def test_a_mastodon_account_is_started_and_told_how(client: Client, brigid: Signature) -> None:
    refused = Page(start(client, brigid, "mastodon", "@brіgid@social.example"))
    assert "This is not a handle with its server" in refused.text
    response = start(client, brigid, "mastodon", "https://social.example/@Brigid")
    proof = Proof.objects.get()
    assert (proof.subject, proof.provider) == ("@brigid@social.example", "Mastodon")
    page = Page(client.get(response["Location"]))
    assert page.headings[0] == "Mastodon · @brigid@social.example"
    assert f"undersigned-verify={proof.token}" in page.text
    placed = page.text.split("Put one of these")[1]
    assert link_url(brigid).strip("/").split("/")[-1] not in placed
    Proof.objects.update(problem="account_moved")
    assert "has moved to another one" in Page(client.get(response["Location"])).text


def test_a_bluesky_account_is_started_and_told_how(client: Client, brigid: Signature) -> None:
    refused = Page(start(client, brigid, "bluesky", "brіgid.bsky.social"))
    assert "This is not a handle." in refused.text
    response = start(client, brigid, "bluesky", "‪@Brigid.bsky.social‬")
    proof = Proof.objects.get()
    assert (proof.subject, proof.provider) == ("@brigid.bsky.social", "Bluesky")
    page = Page(client.get(response["Location"]))
    assert page.headings[0] == "Bluesky · @brigid.bsky.social"
    assert f"undersigned-verify={proof.token}" in page.text
    assert f"http://127.0.0.1:8000/letters/work-that-is-ours/#signed-as-{proof.token}" in page.text
    placed = page.text.split("Put one of these")[1]
    assert link_url(brigid).strip("/").split("/")[-1] not in placed
    # Its own problems are told in sentences, too.
    Proof.objects.update(problem="not_in_profile")
    assert "neither the line nor the link" in Page(client.get(response["Location"])).text


def test_asking_shows_progress_without_any_script(client: Client, brigid: Signature) -> None:
    start(client, brigid, "website", "brigid.example")
    proof = Proof.objects.get()
    here = link_url(brigid, f"proofs/{proof.pk}/show/")
    response = client.post(link_url(brigid, f"proofs/{proof.pk}/check/"))
    assert (response.status_code, response["Location"]) == (303, here)
    page = Page(client.get(here))
    assert "We are looking. This takes a few seconds." in page.text
    assert here in page.links
    Proof.objects.update(problem=Problem.REDIRECT, check_due_at=None)
    assert "sends visitors on to another address" in Page(client.get(here)).text


def test_asking_too_often_is_answered_with_a_sentence(client: Client, brigid: Signature) -> None:
    start(client, brigid, "website", "brigid.example")
    url = link_url(brigid, f"proofs/{Proof.objects.get().pk}/check/")
    for _time in range(30):
        assert client.post(url).status_code == 303
    response = client.post(url)
    assert response.status_code == 429
    assert "This was tried very often today." in Page(response).text


def test_the_page_tells_where_each_proof_stands(client: Client, brigid: Signature) -> None:
    now = timezone.now()
    start(client, brigid, "website", "brigid.example")
    proof = Proof.objects.get()
    here = link_url(brigid, f"proofs/{proof.pk}/show/")
    for state, told in (
        (ProofState.STANDING, "Shown on 12 October 2026. Readers see it."),
        (ProofState.LAPSING, "We did not find it any more. It holds until"),
        (ProofState.LAPSED, "No longer shown since"),
    ):
        Proof.objects.update(
            state=state, proved_at=OCTOBER, checked_at=now, lapses_at=now + timedelta(days=3)
        )
        assert told in Page(client.get(here)).text
        assert told in Page(client.get(link_url(brigid, "proofs/"))).text
    assert link_url(brigid, "proofs/") in Page(client.get(here)).links


def test_work_e_mail_by_its_code(client: Client, brigid: Signature) -> None:
    response = start(client, brigid, "work_email", "brigid@quayside-theatre.example")
    proof = Proof.objects.get()
    here = response["Location"]
    assert "brigid@quayside-theatre.example" in Page(client.get(here)).text
    code = mailed_code.code_for(proof=proof)
    url = link_url(brigid, f"proofs/{proof.pk}/code/")
    wrong = client.post(url, {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 422
    assert "This is not the code from the newest e-mail." in wrong.content.decode()
    assert client.post(url, {"code": "x"}).status_code == 422
    response = client.post(url, {"code": f" {code[:3]} {code[3:]}"})
    assert (response.status_code, response["Location"]) == (303, here)
    assert "Readers see it." in Page(client.get(here)).text


def test_a_code_that_has_run_out_leads_to_a_new_one(client: Client, brigid: Signature) -> None:
    response = start(client, brigid, "work_email", "brigid@quayside-theatre.example")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert "The code has expired." in Page(client.get(response["Location"])).text


def test_codes_are_not_there_to_be_guessed(
    client: Client, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(client, brigid, "work_email", "brigid@quayside-theatre.example")
    monkeypatch.setattr("campaign.limits.peek", lambda *_, **__: False)
    url = link_url(brigid, f"proofs/{Proof.objects.get().pk}/code/")
    response = client.post(url, {"code": "123456"})
    assert response.status_code == 429
    assert "Too many wrong codes came from your network." in response.content.decode()


@pytest.mark.parametrize(
    ("method", "typed", "told"),
    [
        ("website", "", "Enter the address, such as noor.example."),
        ("website", "10.0.0.1", "not a network number"),
        ("domain", "localhost", "belongs to nobody"),
        ("domain", "\x00", "This is not a valid name."),
        ("work_email", "noor@gmail.com", "Anybody can get an address there"),
        ("work_email", "noor@mailinator.com", "addresses for a few minutes"),
        ("work_email", "noor", "The @ is missing."),
        ("website", "x" * 9000, "This is not a valid name."),
    ],
)
def test_what_cannot_be_shown_is_refused_beside_the_field(
    client: Client, brigid: Signature, method: str, typed: str, told: str
) -> None:
    response = start(client, brigid, method, typed)
    page = Page(response)
    assert response.status_code == 422
    assert told in page.by_id[f"{method}_subject_error"]
    assert not Proof.objects.exists()


def test_too_many_starts_are_told_beside_the_field(client: Client, brigid: Signature) -> None:
    for number in range(10):
        assert start(client, brigid, "website", f"site{number}.example").status_code == 303
    response = start(client, brigid, "website", "eleventh.example")
    assert response.status_code == 429
    assert "This was tried very often today." in Page(response).by_id["website_subject_error"]


def test_taking_back_leads_to_the_overview_where_it_is_gone(
    client: Client, brigid: Signature
) -> None:
    proof = proven(brigid, "website", "brigid.example")
    response = client.post(link_url(brigid, f"proofs/{proof.pk}/revoke/"))
    assert (response.status_code, response["Location"]) == (303, link_url(brigid, "proofs/"))
    assert "brigid.example" not in Page(client.get(response["Location"])).text


def test_nothing_happens_by_opening_an_address(client: Client, brigid: Signature) -> None:
    proof = proven(brigid, "website", "brigid.example")
    for act in ("check", "code", "revoke"):
        assert client.get(link_url(brigid, f"proofs/{proof.pk}/{act}/")).status_code == 303
    for code in registry.codes(lambda each: each.is_by_signer and not each.service):
        response = client.get(link_url(brigid, f"proofs/{code}/"))
        assert response["Location"] == link_url(brigid, "proofs/")
    assert Proof.objects.count() == 1


@pytest.mark.parametrize("method", ["vetting", "call_back", "nonsense", "1"])
def test_only_what_signers_may_start(client: Client, brigid: Signature, method: str) -> None:
    assert start(client, brigid, method, "brigid.example").status_code == 404


def test_somebody_elses_proof_does_not_exist(
    client: Client, letter: Letter, brigid: Signature
) -> None:
    theirs = proven(confirmed(letter, SALMA), "website", "salma.example")
    organizer = make_organizer(team=make_team())
    vetted = proven(brigid, "vetting", organizer=organizer)
    for proof_id in (theirs.pk, vetted.pk, 0, 2**70):
        base = link_url(brigid, f"proofs/{proof_id}/")
        assert client.get(f"{base}show/").status_code == 404
        for act in ("check", "code", "revoke"):
            assert client.post(f"{base}{act}/", {"code": "123456"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == ProofState.STANDING


def test_a_wrong_link_is_told_so_everywhere(client: Client, brigid: Signature) -> None:
    for rest in ("", "website/", "1/show/"):
        assert client.get(f"/s/{'A' * 32}/proofs/{rest}").status_code == 404


@pytest.mark.parametrize("state", [SignatureState.PENDING, SignatureState.WITHDRAWN])
def test_who_has_not_signed_is_led_to_their_own_page(
    client: Client, letter: Letter, state: SignatureState
) -> None:
    signature = pending(letter)
    Signature.objects.filter(pk=signature.pk).update(state=state)
    proof = Proof.objects.create(
        signature=signature,
        method="website",
        subject="x.example",
        started_at=OCTOBER,
    )
    answers = [
        client.get(link_url(signature, "proofs/")),
        client.get(link_url(signature, f"proofs/{proof.pk}/show/")),
        start(client, signature, "website", "y.example"),
        start(client, signature, "work_email", "b@y.example"),
        client.post(link_url(signature, f"proofs/{proof.pk}/check/")),
        client.post(link_url(signature, f"proofs/{proof.pk}/code/"), {"code": "123456"}),
    ]
    assert [(each.status_code, each["Location"]) for each in answers] == [
        (303, link_url(signature))
    ] * 6


def test_in_arabic(client: Client, brigid: Signature) -> None:
    start(client, brigid, "website", "brigid.example")
    proof = Proof.objects.get()
    for rest in ("proofs/", f"proofs/{proof.pk}/show/"):
        page = Page(client.get("/ar" + link_url(brigid, rest)))
        assert page.root["dir"] == "rtl"
        assert link_url(brigid, rest) in page.links


# --- what readers see ---------------------------------------------------------------------------


def cell(client: Client, letter: Letter) -> str:
    return Page(client.get(letter_url(letter, "signatories/"))).text


def test_readers_see_methods_and_dates_in_words(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    proven(signature, "website", "www.brigid.example")
    proven(signature, "domain", "brigid.example")
    proven(signature, "work_email", "quayside-theatre.example")
    organizer = make_organizer(team=make_team())
    next_day = OCTOBER + timedelta(days=1)
    proven(signature, "vetting", organizer=organizer, proved_at=next_day)
    proven(signature, "call_back", organizer=organizer, proved_at=next_day)
    words = (
        "controls brigid.example (a mark on the site), 12 Oct 2026; "
        "controls brigid.example (a DNS record), 12 Oct 2026; "
        "has an e-mail address at quayside-theatre.example, 12 Oct 2026; "
        "vetted by the organizers, 13 Oct 2026; "
        "confirmed by a call from the organizers, 13 Oct 2026"
    )
    assert words in " ".join(cell(client, letter).split())
    assert words in " ".join(Page(client.get(link_url(signature))).text.split())


def test_readers_never_see_evidence_or_what_does_not_count(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    proven(signature, "website", "brigid.example", token="abcdefgh")
    for state in (ProofState.STARTED, ProofState.LAPSED, ProofState.REVOKED):
        proven(signature, "website", f"{state.value}.example", state=state)
    text = client.get(letter_url(letter, "signatories/")).content.decode()
    assert "controls" in text
    for hidden in ("secret@private.example", "abcdefgh", "started.", "lapsed.", "revoked."):
        assert hidden not in text


def test_a_proof_that_lapses_says_until_when_it_is_held(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    until = OCTOBER + timedelta(days=14)
    proven(signature, "domain", "b.example", state=ProofState.LAPSING, lapses_at=until)
    assert (
        "showed control of b.example (a DNS record), 12 Oct 2026 "
        "(not found since; taken off on 26 Oct 2026 unless it returns)"
    ) in " ".join(cell(client, letter).split())


def test_what_can_be_looked_at_is_linked_over_https_alone(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    proven(signature, "domain", "xn--mgbh0fb.example")
    proven(signature, "work_email", "quayside-theatre.example")
    profile = "https://service.example/@brigid"
    proven(signature, "account", "@brigid", provider="One", profile_url=profile)
    proven(signature, "account", "@other", provider="Two", profile_url="javascript:alert(1)")
    for rest in ("signatories/", "signatories/1/"):
        page = client.get(letter_url(letter, rest)).content.decode()
        outside = re.findall(r'<a href="(?!http://127|/|#)([^"]*)"( rel="[^"]*")?', page)
        rel = ' rel="nofollow noopener noreferrer ugc"'
        assert outside == [("https://xn--mgbh0fb.example/", rel), (profile, rel)]


def test_a_level_without_a_proof_of_its_own_is_told_as_a_level(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    Signature.objects.filter(pk=signature.pk).update(level=Level.VETTED)
    assert "vetted by the organizers" in cell(client, letter)


def test_the_list_asks_once_for_all_proofs_and_not_at_all_for_none(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filters = queries.Filters()
    rows = listed(letter, BRIGID, WIKTOR, MEI, *(someone(number) for number in range(5)))
    with django_assert_num_queries(1):
        pagination.page(letter=letter, filters=filters, after=None)
    for signature, count in ((rows[0], 1), (rows[1], 3)):
        for number in range(count):
            proven(signature, "domain", f"site{number}.example")
        with django_assert_num_queries(2):
            page = pagination.page(letter=letter, filters=filters, after=None)
        shown = {each.row.name: each.proofs for each in page.rows}
        assert len(shown[signature.name]) == count


def test_the_page_that_tells_how_we_verify(client: Client) -> None:
    response = client.get("/how-we-verify/")
    page = Page(response)
    assert response.status_code == 200
    assert "public" in response["Cache-Control"]
    assert page.headings[0] == "How we verify"
    for method in METHODS:
        assert str(method.label) in page.text
    for other in ("/", "/numbers/"):
        assert "/how-we-verify/" in Page(client.get(other)).links
    assert Page(client.get("/ar/how-we-verify/")).root["lang"] == "ar"


def test_the_highest_level_is_counted_by_who_confirmed_it(client: Client, letter: Letter) -> None:
    organizer = make_organizer(team=make_team())
    member, both, called, other_name, gone, waiting = listed(
        letter, *(someone(number) for number in range(6))
    )
    for who in (member, both, gone):
        proven(who, "roster", "Guild of Lampwrights")
    proven(both, "roster", "Another Guild")
    for who in (both, called):
        proven(who, "call_back", organizer=organizer)
    proven(other_name, "roster", "Guild of Lampwrights", by_other_name=True)
    proven(waiting, "roster", "Guild of Lampwrights", state=ProofState.STARTED)
    withdrawal.withdraw(signature=gone)
    hidden = open_letter(slug="draft")
    proven(listed(hidden, BRIGID)[0], "call_back", organizer=organizer)
    Letter.objects.filter(pk=hidden.pk).update(state=LetterState.DRAFT)
    sequence(letter)
    assert levels.by_list_and_by_call() == (2, 1)
    text = " ".join(Page(client.get("/how-we-verify/")).text.split())
    told = "Of those who are named, 2 by a union’s or society’s list, as the organizers uploaded it"
    assert f"{told}, and 1 by the organizers’ call alone. 3" in text
    assert "Showed control of a site or account, or is vouched for." in text


def test_asking_for_a_check_reaches_a_worker(
    client: Client, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Task] = []
    monkeypatch.setattr(proofs, "wake", woken.append)
    start(client, brigid, "website", "brigid.example")
    client.post(link_url(brigid, f"proofs/{Proof.objects.get().pk}/check/"))
    assert woken == [Task.CHECK_DUE_PROOFS]
