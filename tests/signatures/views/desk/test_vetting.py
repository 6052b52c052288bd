"""The vetting desk as organizers meet it, and what held signers see."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import denial
from signatures.models import Decision, Proof, ProofState, Signature, Vetting, VettingState, Watched
from signatures.moderation import decisions, queue, repeats
from signatures.screening import watchlist
from signatures.templatetags.vetting_format import lasting, masked, usually
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    pending,
    person,
)
from tests.signatures.views.visitors import AGREED, NAUGHTY, letter_url, link_url, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    return letter


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def ruth(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, email="ruth@open-stage.example", role=Role.VETTER)


def _browser(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return _browser(ottilie)


def _page(letter: Letter, signature: Signature) -> str:
    return reverse("desk_vet", args=[letter.slug, signature.public_id])


def _queue(letter: Letter) -> str:
    return reverse("desk_vetting", args=[letter.slug])


def _decide(client: Client, letter: Letter, signature: Signature, action: str, **typed: str) -> str:
    sent = {"action": action, "seen": str(signature.revision)} | typed
    return client.post(_page(letter, signature), sent, follow=True).text


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRESS, Role.VIEWER, None])
def test_nobody_but_vetters_finds_the_pages(letter: Letter, role: Role | None) -> None:
    signature = confirmed(letter, BRIGID)
    team = letter.team if role else make_team(slug="others")
    other = _browser(make_organizer(team=team, email="ed@house.example", role=role or Role.OWNER))
    for name in ("desk_vetting", "desk_watched"):
        assert other.get(reverse(name, args=[letter.slug])).status_code == 404
    assert other.get(_page(letter, signature)).status_code == 404
    assert other.post(_page(letter, signature), {"action": "see"}).status_code == 404
    for name in ("desk_vetting_next", "desk_vetting_undo", "desk_vetting_bulk"):
        assert other.post(reverse(name, args=[letter.slug])).status_code == 404
    if role:
        assert "Watched names" not in other.get(reverse("desk_letter", args=[letter.slug])).text
    assert not Decision.objects.exists()
    assert not AuditEntry.objects.exists()


def test_vetters_find_the_way_from_the_letter(letter: Letter, ruth: Organizer) -> None:
    page = _browser(ruth).get(reverse("desk_letter", args=[letter.slug])).text
    assert _queue(letter) in page
    assert reverse("desk_watched", args=[letter.slug]) in page


def test_strangers_are_sent_to_log_in(client: Client, letter: Letter) -> None:
    assert client.get(_queue(letter)).status_code == 302


def test_the_queue_tells_who_waits_and_how_long_and_shows_no_address(
    desk: Client, letter: Letter
) -> None:
    assert "Nothing waits." in desk.get(_queue(letter)).text
    confirmed(letter, BRIGID)
    confirmed(letter, SALMA)
    page = desk.get(_queue(letter))
    assert BRIGID.details.name in page.text
    assert SALMA.details.name in page.text
    assert "this letter vets everyone" in page.text
    assert BRIGID.email not in page.text
    assert page.context["pace"].waiting == 2
    assert "no-store" in page["Cache-Control"]
    found = desk.get(_queue(letter), {"q": "malloran"}).text
    assert BRIGID.details.name in found
    assert SALMA.details.name not in found
    assert "Nothing fits." in desk.get(_queue(letter), {"reason": "watched"}).text


def test_the_queue_pages_by_key(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_ROWS", 1)
    for who in (BRIGID, WIKTOR):
        confirmed(letter, who)
    first = desk.get(_queue(letter), {"reason": "everyone"})
    second = desk.get(first.context["next_url"])
    assert [row.signature.name for row in second.context["rows"]] == [WIKTOR.details.name]
    assert second.context["next_url"] is None
    assert second.context["first_url"] == f"{_queue(letter)}?reason=everyone"


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_asked_or_sent_is_answered(desk: Client, letter: Letter, text: str) -> None:
    signature = confirmed(letter, BRIGID)
    asked = dict.fromkeys(("q", "state", "reason", "after"), text)
    assert desk.get(_queue(letter), asked).status_code == 200
    sent = dict.fromkeys(
        ("action", "seen", "reason", "message", "evidence", "who", "when", "how"), text
    )
    for action in ("", "approve", "reject", "vet", "call_back"):
        answer = desk.post(_page(letter, signature), sent | ({"action": action} if action else {}))
        assert answer.status_code in (303, 422)
    bulk = {"chosen": [text, f"{text}:1"], "verdict": text, "confirmed": "1"}
    for name, data in {
        "desk_vetting_next": {"after": text},
        "desk_vetting_undo": {},
        "desk_vetting_bulk": bulk,
        "desk_watched": {"remove": text},
    }.items():
        answer = desk.post(reverse(name, args=[letter.slug]), data)
        assert answer.status_code in (303, 422)
    answer = desk.post(reverse("desk_watched", args=[letter.slug]), {"names": text})
    assert answer.status_code in (303, 422)


def test_a_signature_shows_all_that_helps_to_judge_it(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    twin = confirmed(letter, person("twin@quayside.example", BRIGID.details.name))
    signature = confirmed(letter, BRIGID)
    page = desk.get(_page(letter, signature)).text
    assert BRIGID.details.name in page
    assert "b…@quayside.example" in page
    assert BRIGID.email not in page
    assert _page(letter, twin) in page
    assert "same name" in page
    assert "None so far." in page
    assert Vetting.objects.get(signature=signature).claimed_by == ottilie
    assert not AuditEntry.objects.exists()


def test_a_proof_that_is_gone_says_until_when_it_still_counts(desk: Client, letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    proof = Proof.objects.create(
        signature=signature,
        method="website",
        subject="brigid.example",
        state=ProofState.LAPSING,
        started_at=datetime(2026, 9, 1, 9, 0, tzinfo=UTC),
        proved_at=datetime(2026, 9, 1, 10, 0, tzinfo=UTC),
        lapses_at=datetime(2026, 12, 9, 14, 5, tzinfo=UTC),
    )
    assert "held until 9 Dec 2026, 14:05 UTC" in desk.get(_page(letter, signature)).text
    proof.state, proof.lapses_at = ProofState.STANDING, None
    proof.save()
    assert ", 1 Sept 2026, 10:00 UTC" in desk.get(_page(letter, signature)).text


def test_looking_at_the_address_is_written_into_the_audit_trail(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    signature = confirmed(letter, BRIGID)
    assert BRIGID.email in _decide(desk, letter, signature, "see")
    [entry] = AuditEntry.objects.all()
    assert (entry.organizer, entry.action) == (ottilie, "see_email")
    assert entry.subject == f"signature {signature.public_id}"
    assert BRIGID.email not in desk.get(_page(letter, signature)).text


def test_what_is_pending_or_others_is_not_there(desk: Client, letter: Letter) -> None:
    waiting = pending(letter, BRIGID)
    assert desk.get(_page(letter, waiting)).status_code == 404
    elsewhere = confirmed(open_letter(slug="elsewhere", team=make_team(slug="others")), MEI)
    assert desk.get(_page(letter, elsewhere)).status_code == 404


def test_deciding_leads_to_the_next_until_nothing_waits(desk: Client, letter: Letter) -> None:
    one, two, three = (confirmed(letter, who) for who in (BRIGID, WIKTOR, MEI))
    answer = desk.post(_page(letter, one), {"action": "approve", "seen": "1"})
    assert answer.status_code == 303
    assert answer["Location"] == _page(letter, two)
    assert MEI.details.name in _decide(desk, letter, two, "hold", reason="ask her agent")
    assert "Say why you reject it." in _decide(desk, letter, three, "reject")
    assert "Nothing else waits for you." in _decide(
        desk, letter, three, "reject", reason="impostor", message="Sorry"
    )
    assert [load(each.pk).state for each in (one, two, three)] == ["confirmed", "held", "rejected"]
    history = desk.get(_page(letter, three), follow=True).text
    assert "impostor" in history
    assert "with a message" in history
    for state, who in {"kept": WIKTOR, "approved": BRIGID, "rejected": MEI}.items():
        [row] = desk.get(_queue(letter), {"state": state}).context["rows"]
        assert row.signature.name == who.details.name
    assert "does not wait any more" in _decide(desk, letter, three, "approve")


def test_the_next_one_is_claimed_and_others_pass_it_by(
    desk: Client, letter: Letter, ruth: Organizer
) -> None:
    one, two = (confirmed(letter, who) for who in (BRIGID, WIKTOR))
    next_one = reverse("desk_vetting_next", args=[letter.slug])
    assert desk.post(next_one)["Location"] == _page(letter, one)
    ruths = _browser(ruth)
    assert ruths.post(next_one)["Location"] == _page(letter, two)
    assert "is at this one" in ruths.get(_page(letter, one)).text
    assert "is at it." in _decide(ruths, letter, one, "approve")
    after_two = desk.post(next_one, {"after": two.public_id})
    assert after_two["Location"] == _page(letter, one)
    assert _page(letter, one) in ruths.get(_page(letter, two)).text


def test_a_watched_name_is_approved_by_two(
    desk: Client, letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    watchlist.add(letter=letter, names=[BRIGID.details.name], organizer=ottilie)
    signature = confirmed(letter, BRIGID)
    assert "two different organizers" in desk.get(_page(letter, signature)).text
    assert "A second organizer must approve it" in _decide(desk, letter, signature, "approve")
    assert "You have approved it." in desk.get(_page(letter, signature)).text
    assert "a second organizer must, too" in _decide(desk, letter, signature, "approve")
    Vetting.objects.update(claimed_until=None)
    assert "Say what convinced you" in _decide(_browser(ruth), letter, signature, "lift")
    assert "Approved: " in _decide(_browser(ruth), letter, signature, "lift", reason="met her")
    assert load(signature.pk).level == 3


def test_the_vetter_reads_where_the_watched_name_is_and_how_near(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    watchlist.add(letter=letter, names=["Brigid Malloran"], organizer=ottilie)
    signature = confirmed(letter, BRIGID.but(name="Brigid Mallotan"))
    page = desk.get(_page(letter, signature)).text
    assert "Name: One letter from the watched name, or two in a long word." in page
    assert page.count("the watched name, or two") == 1
    Vetting.objects.update(watched=None)
    assert "One letter from" not in desk.get(_page(letter, signature)).text


def test_what_the_signer_changed_meanwhile_is_looked_at_once_more(
    desk: Client, letter: Letter
) -> None:
    signature = confirmed(letter, BRIGID)
    Signature.objects.update(revision=2)
    assert "changed their details meanwhile" in _decide(desk, letter, signature, "approve")


def test_undo_leads_back(desk: Client, letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    undo = reverse("desk_vetting_undo", args=[letter.slug])
    assert "nothing to undo" in desk.post(undo, follow=True).text
    assert "Undo" in _decide(desk, letter, signature, "approve")
    assert "Undone. It waits again." in desk.post(undo, follow=True).text
    assert load(signature.pk).state == "held"


def test_what_does_not_wait_has_a_page_of_its_own(desk: Client, letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    _decide(desk, letter, signature, "approve")
    its_own = reverse("desk_signature", args=[letter.slug, signature.public_id])
    assert desk.get(_page(letter, signature))["Location"] == its_own
    for action in ("", "see", "vet"):
        answer = desk.post(_page(letter, signature), {"action": action})
        assert answer["Location"] == its_own
    assert "does not wait any more" in _decide(desk, letter, signature, "reject")
    assert load(signature.pk).state == "confirmed"
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["approve"]


def _bulk(client: Client, letter: Letter, chosen: list[Signature], **typed: str) -> str:
    sent = {"chosen": [f"{each.public_id}:{each.revision}" for each in chosen]} | typed
    path = reverse("desk_vetting_bulk", args=[letter.slug])
    return client.post(path, sent, follow=True).text


def test_many_at_once_are_shown_before_anything_happens(
    desk: Client, letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    watchlist.add(letter=letter, names=[MEI.details.name], organizer=ottilie)
    people = [confirmed(letter, who) for who in (BRIGID, WIKTOR, MEI)]
    taken = Vetting.objects.get(signature=people[1])
    queue.claim(vetting=taken, organizer=ruth)
    preview = _bulk(desk, letter, people, verdict="approve")
    for outcome in ("shown and counted", "waits for a second organizer", "stays as it is"):
        assert outcome in preview
    assert not Decision.objects.exists()
    done = _bulk(desk, letter, people, verdict="approve", confirmed="1")
    for outcome in ("1 approved.", "1 waits for a second organizer.", "1 was left as it is"):
        assert outcome in done
    assert [load(each.pk).state for each in people] == ["confirmed", "held", "held"]


def test_many_are_rejected_with_one_reason(desk: Client, letter: Letter) -> None:
    people = [confirmed(letter, who) for who in (BRIGID, WIKTOR)]
    assert "Choose whether" in _bulk(desk, letter, people)
    assert "neither shown nor counted" in _bulk(desk, letter, people, verdict="reject")
    assert "Say why you reject them." in _bulk(
        desk, letter, people, verdict="reject", confirmed="1"
    )
    done = _bulk(desk, letter, people, verdict="reject", confirmed="1", reason="spam")
    assert "2 rejected." in done
    assert "Choose at least one" in _bulk(desk, letter, people, verdict="reject")


def test_names_are_pasted_uploaded_and_removed(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    path = reverse("desk_watched", args=[letter.slug])
    assert "No name is on this letter’s own list." in desk.get(path).text
    csv = 'name,why\r\n"Hope, Nora",actor\r\n\r\nMaria Karlsen,writer\r\n'.encode("utf-8-sig")
    sent = {"names": "Maria Karlsen\nhttps://x.example", "upload": SimpleUploadedFile("a.csv", csv)}
    page = desk.post(path, sent, follow=True).text
    # The heading of the column is no name.
    assert "2 names added." in page
    assert "1 line is no name" in page
    assert "1 was on the list already." in desk.post(path, {"names": "Nora Hope"}, follow=True).text
    text = SimpleUploadedFile("names.csv", "الاسم;لماذا\nAnn Lee;x\nسلمى الزيتوني;y\n".encode())
    assert "2 names added." in desk.post(path, {"upload": text}, follow=True).text
    ids = [str(each.pk) for each in Watched.objects.all()]
    assert "4 names removed." in desk.post(path, {"remove": ids}, follow=True).text
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["watch", "watch", "watch", "unwatch"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Paste names, or choose a file."),
        ({"upload": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "not a text file in UTF-8"),
        ({"upload": SimpleUploadedFile("a.csv", b"x" * 2_200_000)}, "too large"),
        ({"upload": SimpleUploadedFile("a.csv", b"x" * 140_000)}, "cannot be read"),
        ({"names": "Ann Lee\n" * 20_001}, "too many at once"),
    ],
)
def test_a_list_that_cannot_be_taken_is_answered_with_a_sentence(
    desk: Client, letter: Letter, sent: dict[str, object], sentence: str
) -> None:
    answer = desk.post(reverse("desk_watched", args=[letter.slug]), sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Watched.objects.exists()


def test_site_operators_keep_the_sites_list(letter: Letter) -> None:
    operator = Organizer.objects.create_superuser("ops@site.example", "a long password")
    admin = _browser(operator)
    add = reverse("admin:signatures_watched_add")
    assert admin.post(add, {"name": "Nora Hope"}).status_code == 302
    [row] = Watched.objects.all()
    assert (row.letter, row.key, row.added_by) == (None, "hope nora", operator)
    assert "watched already" in admin.post(add, {"name": "hope NORA"}).text
    assert "web and e-mail addresses" in admin.post(add, {"name": "www.example"}).text
    assert "Nora Hope" in admin.get(reverse("admin:signatures_watched_changelist")).text
    change = reverse("admin:signatures_watched_change", args=[row.pk])
    assert admin.post(change, {"name": "Else"}).status_code == 403


def test_vetting_everyone_is_chosen_in_the_details(desk: Client, letter: Letter) -> None:
    path = reverse("desk_details", args=[letter.slug])
    assert "Check every signature" in desk.get(path).text
    desk.post(path, {"slug": letter.slug})
    letter.refresh_from_db()
    assert letter.vets_everyone is False
    desk.post(path, {"slug": letter.slug, "vets_everyone": "on"})
    letter.refresh_from_db()
    assert letter.vets_everyone is True


def test_a_held_signer_is_told_and_has_a_page(
    client: Client, letter: Letter, ottilie: Organizer
) -> None:
    signature = confirmed(letter, BRIGID)
    for rest in ("", "thanks/"):
        page = client.get(link_url(signature, rest)).text
        assert "being checked by the organizers" in page
        assert "it can take a few days" in page
        assert "in a few seconds" not in page
    assert client.get(link_url(signature, "number/")).json() == {"number": None, "shown": ""}
    edited = typed(BRIGID, credit="Another Work", seen="1")
    assert client.post(link_url(signature, "edit/"), edited, follow=True).status_code == 200
    assert load(signature.pk).credit == "Another Work"
    counted = client.get(letter_url(letter, "count")).json()
    assert (counted["held"], counted["total"]) == (1, 0)
    assert BRIGID.details.name not in client.get(letter_url(letter, "signatories/")).text
    assert "shown nowhere yet" in client.get(link_url(signature, "withdraw/")).text
    client.post(link_url(signature, "withdraw/"), AGREED)
    assert "Your signature is withdrawn" in client.get(link_url(signature)).text


def test_the_wait_is_told_from_the_queues_real_pace(
    client: Client, letter: Letter, ottilie: Organizer
) -> None:
    first = Vetting.objects.get(signature=confirmed(letter, WIKTOR))
    decisions.approve(vetting=first, organizer=ottilie, expected_revision=1)
    Vetting.objects.update(opened_at=timezone.now() - timedelta(hours=4, minutes=30))
    page = client.get(link_url(confirmed(letter, BRIGID))).text
    assert "usually done within 5 hours" in page


@pytest.mark.parametrize("message", ["", "Please call us."])
def test_a_rejected_signer_is_told_so_and_cannot_act(
    client: Client, letter: Letter, ottilie: Organizer, message: str
) -> None:
    signature = confirmed(letter, BRIGID)
    vetting = Vetting.objects.get(signature=signature)
    decisions.reject(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="secret", message=message
    )
    page = client.get(link_url(signature)).text
    assert "Your signature is not shown" in page
    assert ("They wrote:" in page) is bool(message)
    assert message in page
    assert "secret" not in page
    for rest in ("thanks/", "withdraw/"):
        assert client.get(link_url(signature, rest)).status_code == 303
    client.post(link_url(signature, "withdraw/"), AGREED)
    client.post(link_url(signature, "edit/"), typed(BRIGID, seen="1"))
    client.post(link_url(signature), {"seen": "1"})
    assert load(signature.pk).state == "rejected"


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (None, ""),
        (timedelta(minutes=3), "3 minutes"),
        (timedelta(minutes=2, seconds=1), "3 minutes"),
        (timedelta(minutes=59, seconds=1), "1 hour"),
        (timedelta(hours=1, seconds=1), "2 hours"),
        (timedelta(days=2, seconds=1), "3 days"),
    ],
)
def test_waits_are_rounded_up(wait: timedelta | None, words: str) -> None:
    assert lasting(wait) == words
    assert words in usually(wait)


def test_who_has_waited_for_seconds_does_not_wait_for_an_hour() -> None:
    assert lasting(timedelta(seconds=20)) == "less than a minute"
    assert usually(timedelta(0)) == "This is usually done within 1 minute."


def test_an_address_is_masked() -> None:
    assert masked("noor@viola.example") == "n…@viola.example"


def test_a_vetter_sees_the_letter_that_no_eye_can_tell(desk: Client, letter: Letter) -> None:
    signature = confirmed(letter, person("a@rubble.example", "Mаria Karlsen"))
    assert "а U+0430" in desk.get(_page(letter, signature)).text
    assert "U+0" not in desk.get(_page(letter, confirmed(letter, BRIGID))).text


def test_what_was_done_to_many_by_one_press_is_undone_by_one(
    desk: Client, letter: Letter, ruth: Organizer
) -> None:
    people = [confirmed(letter, who) for who in (BRIGID, WIKTOR, MEI, SALMA)]
    undo = reverse("desk_vetting_undo", args=[letter.slug])
    _decide(desk, letter, people[3], "approve")
    Vetting.objects.update(claimed_until=None)
    for verdict, state in (("approve", "confirmed"), ("hold", "held"), ("reject", "rejected")):
        done = _bulk(desk, letter, people[:3], verdict=verdict, confirmed="1", reason="seen")
        assert "Undo all 3" in done
        assert [load(each.pk).state for each in people[:3]] == [state] * 3
        assert "Undone: 3 wait again." in desk.post(undo, follow=True).text
        assert [load(each.pk).state for each in people] == ["held"] * 3 + ["confirmed"]
        waiting = Vetting.objects.filter(state=VettingState.WAITING)
        assert waiting.count() == 3
    # Of the deed before, nothing was touched; it is undone by the next press.
    assert "Undone. It waits again." in desk.post(undo, follow=True).text


def test_what_somebody_decided_since_stays_when_many_are_undone(
    desk: Client, letter: Letter, ruth: Organizer
) -> None:
    people = [confirmed(letter, who) for who in (BRIGID, WIKTOR, MEI)]
    _bulk(desk, letter, people, verdict="hold", confirmed="1")
    vetting = Vetting.objects.get(signature=people[0])
    decisions.reject(vetting=vetting, organizer=ruth, expected_revision=1, reason="a hoax")
    page = desk.post(reverse("desk_vetting_undo", args=[letter.slug]), follow=True).text
    assert "Undone: 2 wait again." in page
    assert "1 of them was left as it is" in page
    assert load(people[0].pk).state == "rejected"


def test_before_many_are_approved_all_that_becomes_public_is_shown(
    desk: Client, letter: Letter
) -> None:
    told = person(
        "a@rubble.example",
        "Mаria Karlsen",  # with a Cyrillic а
        credit="Winner of the Lantern Prize",
        affiliation="Guild of Lampwrights",
    )
    twin = person("b@rubble.example", BRIGID.details.name, consent_publish=False)
    people = [confirmed(letter, who) for who in (told, BRIGID, twin)]
    preview = _bulk(desk, letter, people, verdict="approve")
    for words in (
        "Winner of the Lantern Prize",
        "Guild of Lampwrights",
        BRIGID.details.credit,
        "а U+0430",
        "counted, without being shown",
    ):
        assert words in preview
    assert preview.count("1 other signature bears this name.") == 2


def test_the_preview_of_three_asks_no_more_queries_than_that_of_one(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    watchlist.add(letter=letter, names=[MEI.details.name], organizer=ottilie)
    people = [confirmed(letter, who) for who in (MEI, BRIGID, WIKTOR)]

    def queries(*chosen: Signature) -> int:
        _bulk(desk, letter, list(chosen), verdict="approve")
        with CaptureQueriesContext(connection) as captured:
            _bulk(desk, letter, list(chosen), verdict="approve")
        return len(captured)

    assert queries(people[0]) == queries(*people)


def test_nothing_that_was_typed_is_lost_when_the_signer_changed_something(
    desk: Client, letter: Letter
) -> None:
    signature = confirmed(letter, BRIGID)
    Signature.objects.update(revision=2, credit="Another credit")
    sent = {"action": "reject", "seen": "1", "reason": "a hoax, surely", "message": "Write to us"}
    answer = desk.post(_page(letter, signature), sent)
    assert answer.status_code == 422
    for words in ("changed their details meanwhile", "a hoax, surely", "Write to us", "Another"):
        assert words in answer.text
    assert 'name="seen" value="2"' in answer.text
    assert (
        "Nothing else waits"
        in desk.post(_page(letter, signature), sent | {"seen": "2"}, follow=True).text
    )


def test_a_watched_name_is_taken_off_by_two(
    desk: Client, letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        watchlist.add(letter=letter, names=["Nora Hope"], organizer=ottilie)
    path = reverse("desk_watched", args=[letter.slug])
    ids = {"remove": [str(each.pk) for each in Watched.objects.all()]}
    assert "1 name stays watched until a second" in desk.post(path, ids, follow=True).text
    ruths = _browser(ruth)
    assert "a second organizer must, too" in ruths.get(path).text
    assert "1 name stays watched." in ruths.post(path, ids | {"action": "keep"}, follow=True).text
    desk.post(path, ids)
    assert "1 name removed." in ruths.post(path, ids, follow=True).text
    assert not Watched.objects.exists()


def test_the_desk_tells_how_many_answered_that_they_did_not_sign(
    desk: Client, letter: Letter
) -> None:
    label = "Addresses that others signed with, as their owners answered"
    assert label not in desk.get(_queue(letter)).text
    for who in (BRIGID, MEI):
        denial.deny(signature=pending(letter, who))
    elsewhere = open_letter(slug="elsewhere", team=letter.team)
    denial.deny(signature=pending(elsewhere, SALMA))
    assert f"<dt>{label}</dt><dd>2</dd>" in desk.get(_queue(letter)).text


def test_who_may_count_twice_is_listed_until_a_vetter_finds_it_right(
    desk: Client, letter: Letter
) -> None:
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=False)
    name = "Nora Hope"
    rows = listed(
        letter, person("one@catchall.example", name), person("two@catchall.example", name)
    )
    repeats.seek()
    reason = "same name, and an address of the same domain, as another signature"
    assert reason in desk.get(_queue(letter)).text
    page = reverse("desk_signature", args=[letter.slug, rows[1].public_id])
    shown = desk.get(page).text
    assert (reason in shown, "One person may count more than once here." in shown) == (True, True)
    desk.post(page, {"action": "confirm_changes", "seen": 1})
    assert reason not in desk.get(_queue(letter)).text
    assert "One person may count" not in desk.get(page).text
