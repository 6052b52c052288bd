"""The buttons of the demo: each way to verify works, as often as it is pressed, on a POST alone."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db.models import Count
from django.test import Client

from campaign import limits
from campaign.letters.models import Event, Letter, LetterState
from demo import newcomers, verification_demo
from demo.sites import MOST
from signatures.models import (
    Breakdown,
    Evidence,
    Kind,
    Level,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Vetting,
    Vouch,
)
from signatures.record import tally
from signatures.screening import watchlist
from signatures.tasks import sequence_waiting
from signatures.verification import checking, levels
from tests.concurrency import at_once
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("seeded", "invented"),
]
# What each leads to: the proofs that count, and the level.
LEADS_TO: dict[str, tuple[set[str], Level]] = {
    "website": ({"website"}, Level.CONTROLS),
    "domain": ({"domain"}, Level.CONTROLS),
    "bluesky": ({"bluesky"}, Level.CONTROLS),
    "mastodon": ({"mastodon"}, Level.CONTROLS),
    "account": (set(), Level.CONFIRMED),
    "work-email": ({"work_email"}, Level.CONTROLS),
    "membership": ({"roster"}, Level.INDEPENDENT),
    "vouching": ({"vouched"}, Level.CONTROLS),
    "vetting": ({"website", "vetting"}, Level.VETTED),
    "call-back": ({"call_back"}, Level.INDEPENDENT),
    "organisation": ({"domain"}, Level.CONTROLS),
    "evidence": (set(), Level.CONFIRMED),
    "watched-name": (set(), Level.PENDING),
}


def main_letter() -> Letter:
    return Letter.objects.get(slug="ask-before-you-train")


def press(slug: str, *, prefix: str = "") -> Visitor:
    button = str(verification_demo.BY_SLUG[slug].button)
    visitor = Visitor().goes_to(f"{prefix}/demo/proofs/")
    return visitor.sends(button)


def newest() -> Signature:
    return Signature.objects.order_by("-pk")[0]


def everything_adds_up() -> None:
    letter = main_letter()
    stand = Signature.objects.filter(letter=letter, state=SignatureState.CONFIRMED)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert not Event.objects.exists()
    assert counted.total == stand.count()
    by_level = dict(stand.values_list("level").annotate(Count("pk")))
    assert counted.levels == {str(level): by_level.get(level, 0) for level in (1, 2, 3, 4)}
    rows = Breakdown.objects.filter(letter=letter)
    assert sum(row.count for row in rows) == counted.total


@pytest.mark.parametrize("slug", LEADS_TO)
def test_each_button_works_twice_with_another_person_each_time(slug: str) -> None:
    methods, level = LEADS_TO[slug]
    pressed = []
    for _press in range(2):
        page = press(slug)
        assert page.status == 200
        signature = newest()
        pressed.append(signature)
        assert (signature.level, signature.state) == (
            (level, SignatureState.CONFIRMED) if level else (0, SignatureState.HELD)
        )
        standing = signature.proofs.filter(state__in=ProofState.counting())
        assert set(standing.values_list("method", flat=True)) == methods
        assert not signature.proofs.exclude(state=ProofState.STANDING).exists()
        if level:
            assert levels.earned(signature=signature) == level
            assert signature.number is not None
            public = Visitor().goes_to(f"/letters/{main_letter().slug}/signatories/")
            assert signature.name in public.text
        assert signature.email.endswith(".example")
    assert pressed[0].pk != pressed[1].pk
    assert pressed[0].email != pressed[1].email
    everything_adds_up()


def test_the_page_has_a_button_for_each_and_says_what_will_happen() -> None:
    page = Visitor().goes_to("/demo/proofs/")
    assert set(LEADS_TO) == set(verification_demo.BY_SLUG)
    for way in verification_demo.ALL:
        assert str(way.title) in page.text
        assert str(way.sentence) in page.text
        assert any(str(way.button) in form.buttons for form in page.page.forms)
    assert "/demo/proofs/" in Visitor().goes_to("/").page.links.values()


def test_the_result_leads_to_every_side_of_it() -> None:
    page = press("website")
    signature = newest()
    proof = signature.proofs.get()
    assert f"controls {proof.subject}" in " ".join(page.text.split())
    assert signature.number is not None
    for words in (
        "The page that everybody sees",
        "Their own page, as they reach it by the link in their mail",
        "Their page of proofs",
        "The mail that was sent to them",
    ):
        assert Visitor().goes_to(page.page.links[words]).status == 200
    assert f"/{signature.public_id}/" in page.page.links["What the organizers see"]


def test_what_an_organisation_and_evidence_lead_to() -> None:
    page = press("organisation")
    organisation = newest()
    assert organisation.kind == Kind.ORGANISATION
    assert "signed for it by" in page.text
    page = press("evidence")
    entry = Evidence.objects.order_by("-pk")[0]
    assert entry.signature == newest()
    assert entry.identifier in page.text
    assert "for the organizers alone" in page.text.lower()
    public = Visitor().goes_to(f"/letters/{main_letter().slug}/signatories/{newest().number}/")
    assert entry.identifier not in public.html


def test_a_watched_name_is_held_and_appears_nowhere() -> None:
    page = press("watched-name")
    signature = newest()
    vetting = Vetting.objects.get(signature=signature)
    assert vetting.reason == "watched"
    assert "until two organizers approve it" in page.text
    assert "The page that everybody sees" not in page.page.links
    listed = Visitor().goes_to(f"/letters/{main_letter().slug}/signatories/?q={signature.name}")
    assert not [row for row in listed.page.rows if signature.name in row]


def test_the_account_button_leads_to_the_button_of_the_invented_service() -> None:
    page = press("account")
    page.sends("Sign in at Cockleshell (invented)")
    assert page.status == 200


def test_the_codes_and_links_were_really_sent() -> None:
    press("work-email")
    signature = newest()
    proof = signature.proofs.get()
    assert {signature.email, proof.private} <= {each.to[0] for each in mail.outbox}


def test_in_arabic_somebody_signs_the_arabic_letter() -> None:
    page = Visitor().goes_to("/ar/demo/proofs/")
    button = next(
        button
        for form in page.page.forms
        if form.action.endswith("/proofs/website/")
        for button in form.buttons
    )
    page.sends(button)
    assert page.path.startswith("/ar/demo/proofs/website/")
    assert newest().translation.language == "ar"
    assert newest().level == Level.CONTROLS


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_never_acts(method: str) -> None:
    before = Signature.objects.count()
    for way in verification_demo.ALL:
        response = getattr(Client(), method)(f"/demo/proofs/{way.slug}/")
        assert (response.status_code, response["Location"]) == (303, "/demo/proofs/")
    place = getattr(Client(), method)("/demo/proofs/place/?host=noor.example&line=x")
    assert place.status_code == 303
    assert Signature.objects.count() == before
    for verb in ("put", "delete", "patch"):
        assert getattr(Client(), verb)("/demo/proofs/website/").status_code == 405


def test_two_at_once_are_two_people() -> None:
    before = Signature.objects.count()
    answers = at_once([lambda: Client().post("/demo/proofs/website/").status_code] * 3)
    assert answers == [303, 303, 303]
    assert Signature.objects.count() == before + 3
    last = Signature.objects.order_by("-pk")[:3]
    assert {each.level for each in last} == {Level.CONTROLS}
    sequence_waiting()
    everything_adds_up()


def test_thirty_presses_are_enough() -> None:
    for _use in range(30):
        assert limits.hit(limits.Limit.DEMO_BUTTONS, b"demo")
    before = Signature.objects.count()
    response = Client().post("/demo/proofs/website/")
    assert response.status_code == 429
    assert "Thirty presses" in response.content.decode()
    placed = {"host": "noor.example", "line": "a" * 16, "method": "website"}
    assert Client().post("/demo/proofs/place/", placed).status_code == 429
    assert Signature.objects.count() == before


def test_who_cannot_sign_or_verify_says_why() -> None:
    letter = main_letter()
    # The society's list, and all who may vouch.
    Proof.objects.filter(method="roster").delete()
    letter.rosters.all().delete()
    assert "Nobody is left who is on" in press("membership").text
    Signature.objects.filter(letter=letter, level__gte=Level.VETTED).update(level=Level.CONTROLS)
    assert "Nobody is left who may vouch" in press("vouching").text
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.CLOSED, closed_at=datetime.now(UTC)
    )
    for slug in ("website", "watched-name", "organisation"):
        page = press(slug)
        assert page.status == 409
        assert "The demo’s letter is closed" in page.text
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.DRAFT, published_at=None, closed_at=None
    )
    assert "The demo’s letter is not there" in press("website").text


def test_all_members_may_have_signed() -> None:
    letter, shown = newcomers.the_letter()
    for _member in range(20):
        _number, person = newcomers.member(letter=letter)
        newcomers.sign(letter=letter, shown=shown, person=person)
    assert "Nobody is left who is on" in press("membership").text


def test_on_a_letter_that_vets_everyone_all_are_held() -> None:
    Letter.objects.filter(pk=main_letter().pk).update(vets_everyone=True)
    watchlist.forget()
    for slug in ("vetting", "call-back", "website"):
        page = press(slug)
        assert page.status == 200
        assert newest().state == SignatureState.HELD
        assert "being checked" in page.text
    assert not newest().proofs.exclude(method="website").exists()


def test_after_a_restart_those_who_signed_are_passed_by() -> None:
    press("evidence")
    first = newest()
    newcomers._crowd.cache_clear()
    press("evidence")
    assert newest().email != first.email


def test_a_worker_that_has_not_looked_yet_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification_demo, "_SECONDS_TO_LOOK", 0.1)
    monkeypatch.setattr(checking, "check_due", lambda: 0)
    page = press("website")
    assert "A worker is about to look for it" in page.text
    assert newest().level == Level.CONFIRMED
    assert newest().proofs.get().state == ProofState.STARTED


def test_a_full_internet_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.sites.MOST", 0)
    assert "The invented sites are full" in press("website").text
    placed = {"host": "noor.example", "line": "a" * 16, "method": "website"}
    assert "The invented sites are full" in Client().post("/demo/proofs/place/", placed).text
    assert MOST > 0


def test_vouchers_are_spared() -> None:
    before = set(Vouch.objects.values_list("pk", flat=True))
    for _press in range(4):
        press("vouching")
    vouches = Vouch.objects.exclude(pk__in=before)
    assert vouches.count() == 8
    assert vouches.values("voucher").distinct().count() == 8


@pytest.mark.parametrize("slug", ["nothing", "websites", "place2"])
def test_no_other_button_exists(slug: str) -> None:
    assert Client().post(f"/demo/proofs/{slug}/").status_code == 404
    press("evidence")
    token = re.search(r"/demo/proofs/evidence/([^/]+)/", press("evidence").path)
    assert token is not None
    assert Client().get(f"/demo/proofs/{slug}/{token[1]}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 32, "%00" * 32, "ü" * 32])
def test_no_other_result_exists(token: str) -> None:
    assert Client().get(f"/demo/proofs/website/{token}/").status_code == 404


def test_it_is_private_and_placed_names_in_the_address_are_not_believed() -> None:
    response = Client().get("/demo/proofs/?placed=<b>never.example")
    assert "no-store" in response["Cache-Control"]
    assert "never.example" not in response.content.decode()
    posted = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert posted.post("/demo/proofs/website/").status_code == 403
