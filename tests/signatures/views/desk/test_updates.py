"""Updates at the desk: written, tested, released, approved, stopped, and looked at."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from campaign.letters import updates
from campaign.letters.models import Letter, Update, UpdateState
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role
from campaign.templatetags.locale_format import day
from signatures.models import Signature, UpdateDelivery, UpdateTest
from signatures.notifications import fan_out, releasing
from tests.signatures.factories import (
    ARABIC,
    ENGLISH,
    LONG_AGO,
    draft_letter,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.notifications.updates import BOTH, draft, editor, hearing, owed, released
from tests.signatures.views.visitors import NAUGHTY

pytestmark = pytest.mark.django_db

WORDS = {"subject_en": "We were heard", "body_en": "They meet on *Friday*."}
STEPS = ("test", "send", "approve", "let-go", "take-back", "discard", "pause", "resume", "cancel")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def desk(letter: Letter) -> Client:
    return _client(editor(letter))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two recipients take a second organizer."""
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 1)


def _client(who: Organizer) -> Client:
    client = Client()
    client.force_login(who)
    return client


def _url(letter: Letter, rest: str = "") -> str:
    return reverse("desk_updates", args=[letter.slug]) + rest


def _post(client: Client, letter: Letter, step: str, **typed: Any) -> str:
    """What the page says after this step of the first update."""
    answer = client.post(_url(letter, f"1/{step}/"), typed)
    assert answer.status_code == 303
    return client.get(answer["Location"]).text


def _state(number: int = 1) -> str:
    return str(Update.objects.values_list("state", flat=True).get(number=number))


def test_whoever_may_not_write_looks_and_changes_nothing(letter: Letter) -> None:
    hearing(letter, 1)
    owed(letter)
    viewer = _client(make_organizer(team=letter.team, email="v@t.example", role=Role.VIEWER))
    for rest in ("", "1/", "1/progress/"):
        assert (rest, viewer.get(_url(letter, rest)).status_code) == (rest, 200)
    assert "<form" not in viewer.get(_url(letter, "1/")).text.split("<main")[1]
    assert viewer.get(_url(letter, "new/")).status_code == 404
    for step in ("", *(f"{each}/" for each in STEPS), "send-again/"):
        assert (step, viewer.post(_url(letter, f"1/{step}")).status_code) == (step, 404)
    assert _state() == UpdateState.SENDING


def test_a_stranger_finds_nothing(letter: Letter) -> None:
    draft(letter)
    other = make_organizer(team=make_team(slug="others"), email="other@others.example")
    stranger = _client(other)
    for rest in ("", "new/", "1/", "1/progress/"):
        assert (rest, stranger.get(_url(letter, rest)).status_code) == (rest, 404)
    for step in (*STEPS, "send-again"):
        assert (step, stranger.post(_url(letter, f"1/{step}/")).status_code) == (step, 404)


def test_a_letter_that_nobody_could_sign_has_no_updates() -> None:
    letter = draft_letter()
    client = _client(editor(letter))
    assert "not published yet" in client.get(_url(letter)).text
    page = client.get(_url(letter, "new/"), follow=True)
    assert "Publish the letter first" in page.text


def test_it_is_written_listed_and_linked(desk: Client, letter: Letter) -> None:
    page = desk.get(_url(letter, "new/"))
    assert 'name="subject_ar"' in page.text
    typed = WORDS | {"seen": page.context["form"]["seen"].value()}
    answer = desk.post(_url(letter, "new/"), typed)
    assert (answer.status_code, answer["Location"]) == (303, _url(letter, "1/"))
    # Sent twice, it is one.
    again = desk.post(_url(letter, "new/"), typed)
    assert again["Location"] == _url(letter, "1/")
    assert Update.objects.count() == 1
    assert "We were heard" in desk.get(_url(letter)).text
    assert _url(letter) in desk.get(reverse("desk_letter", args=[letter.slug])).text
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("write_update", f"update {letter.slug}/1")


def test_what_is_half_typed_is_asked_for_and_stays(desk: Client, letter: Letter) -> None:
    page = desk.post(_url(letter, "new/"), {"subject_en": "Heard", "body_ar": "يجتمعون"})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"body_en", "subject_ar"}
    assert "يجتمعون" in page.text
    assert 'value="Heard"' in page.text
    assert Update.objects.count() == 0


def test_a_preview_saves_nothing_and_keeps_what_was_chosen(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    page = desk.post(
        _url(letter, "new/"), WORDS | {"preview": "1", "countries": ["IE", "FR"], "is_public": "on"}
    )
    assert "<em>Friday</em>" in page.text
    assert page.context["form"]["countries"].value() == ["IE", "FR"]
    assert Update.objects.count() == 0


def test_two_who_write_lose_nothing(desk: Client, letter: Letter) -> None:
    update = draft(letter)
    typed = {"subject_en": "Mine", "body_en": "My words.", "seen": update.revision}
    updates.save(
        update=update,
        expected_revision=update.revision,
        content=updates.Content(words={"en": updates.Words("Theirs", "Their words.")}, audience={}),
    )

    page = desk.post(_url(letter, "1/"), typed)

    assert page.status_code == 409
    assert "Somebody else saved this update while you were writing." in page.text
    assert ("My words." in page.text, "Their" in page.text) == (True, True)
    typed["seen"] = page.context["form"]["seen"].value()
    assert desk.post(_url(letter, "1/"), typed).status_code == 303
    assert updates.words_of(update=update)["en"].subject == "Mine"


def test_what_is_written_while_it_is_released_or_discarded_is_shown(
    desk: Client, letter: Letter
) -> None:
    hearing(letter, 1)
    update = released(letter)
    typed = {"subject_en": "Mine", "body_en": "My words.", "seen": update.revision}
    page = desk.post(_url(letter, "1/"), typed)
    assert (page.status_code, "My words." in page.text) == (409, True)
    assert "Nothing was saved: the update was released while you were writing" in page.text

    releasing.take_back(update=update)
    updates.discard(update=update, expected_revision=update.revision)
    page = desk.post(_url(letter, "1/"), typed)
    assert (page.status_code, "My words." in page.text) == (409, True)
    assert "This update was discarded meanwhile." in page.text
    typed["seen"] = page.context["form"]["seen"].value()
    assert desk.post(_url(letter, "new/"), typed).status_code == 303


def test_the_page_shows_the_mail_and_who_gets_it(desk: Client, letter: Letter) -> None:
    people = hearing(letter, 2)
    [anonymous] = hearing(letter, 1, consent_publish=False, name="Nobody Knows")
    draft(letter, words=BOTH)

    page = desk.get(_url(letter, "1/")).text

    assert "You get this e-mail because you signed an open letter" in page
    assert "You signed this letter as number 1,234." in page
    assert BOTH["ar"].subject in page
    for each in (*people, anonymous):
        assert each.email not in page
    assert anonymous.details.name not in page


def test_preview_and_mail_tell_where_links_lead(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    body = "News: [read it](https://a.example/b) or <https://c.example>."
    shown = '<bdi>read it</bdi> <span class="arrow">→</span> <bdi class="address" dir="ltr">'
    shown += "https://a.example/b</bdi>"
    page = desk.post(_url(letter, "new/"), WORDS | {"preview": "1", "body_en": body}).text
    assert (page.count(shown), page.count("https://c.example</bdi>")) == (1, 0)
    live = desk.post(reverse("desk_markdown"), {"source": body, "language": "en"}).text
    assert live.count(shown) == 1

    draft(letter, words={"en": updates.Words("News", body)})
    page = desk.get(_url(letter, "1/")).text.split('id="change"')[0]
    assert page.count(shown) == 1
    # The words before the organizers' own hold "News", too.
    assert page.count("News from the organizers of an open letter that you signed:") == 1


def test_letter_and_update_are_called_as_in_the_language_of_the_page(
    desk: Client, letter: Letter
) -> None:
    """Where they have words in it."""
    hearing(letter, 1)
    draft(letter, words=BOTH)
    draft(letter, words={"en": updates.Words("In English only", "Words.")})
    title = ARABIC["title"]
    arabic = {
        rest: desk.get(f"/ar{_url(letter, rest)}").text.split("<main")[1]
        for rest in ("", "1/", "2/")
    }
    assert [title in page for page in arabic.values()] == [True] * 3
    assert f'lang="ar"><bdi>{BOTH["ar"].subject}</bdi></a>' in arabic[""]
    assert 'lang="en"><bdi>In English only</bdi></a>' in arabic[""]
    assert f'<h1 lang="ar"><bdi>{BOTH["ar"].subject}</bdi></h1>' in arabic["1/"]
    # What is sent instead is in the language that counts, whatever the page is in.
    assert "الإنجليزية" in arabic["2/"].split("mail-shown")[0]
    for path in ("/desk/", f"/desk/letters/{letter.slug}/"):
        first = [
            re.findall(r'lang="(\w+)"><bdi>([^<]+)', desk.get(f"{code}{path}").text)[0]
            for code in ("", "/ar")
        ]
        assert first == [("en", ENGLISH["title"]), ("ar", title)]


def test_examples_are_named_as_the_list_names_them(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    draft(letter)
    assert "Signer Number 1" in desk.get(_url(letter, "1/")).text
    Signature.objects.filter(name="Signer Number 1").update(consent_publish=False)
    Signature.objects.filter(name="Signer Number 0").update(number=None)
    page = desk.get(_url(letter, "1/")).text
    assert "Signer Number" not in page
    assert "somebody who signs without a name" in page
    assert "somebody who is not on the list yet" in page


def test_a_test_goes_to_oneself_only(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    draft(letter, words=BOTH)
    for _again in range(2):
        assert "A test is on its way to your own address" in _post(desk, letter, "test")
    found = UpdateTest.objects.order_by("language").values_list("language", "organizer")
    assert list(found) == [("ar", editor(letter).pk), ("en", editor(letter).pk)]
    assert UpdateDelivery.objects.count() == 0


def test_few_are_sent_to_by_one(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)
    assert "2 people get it" in desk.get(_url(letter, "1/")).text
    assert "Released." in _post(desk, letter, "send", seen=update.revision)
    said = _post(desk, letter, "send", seen=update.revision)
    assert "Nothing was done: the update is released already, and on its way." in said
    assert "Nothing was done: the update is being sent." not in said
    fan_out.fan_out_due(now=timezone.now())
    counts = desk.get(_url(letter, "1/progress/"))
    assert counts.json() == {
        "total": 2,
        "waiting": 2,
        **dict.fromkeys(("claimed", "sent", "failed", "unknown", "suppressed", "cancelled"), 0),
    }
    assert "no-store" in counts["Cache-Control"]


def test_what_was_not_read_is_not_sent(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    draft(letter)
    for seen in ("", "0", "2", *NAUGHTY.values()):
        answer = desk.post(_url(letter, "1/send/"), {"seen": seen})
        assert (seen, answer.status_code, _state()) == (seen, 303, UpdateState.DRAFT)
    said = desk.get(_url(letter, "1/")).text
    assert "This update was changed since you opened it. Read it again." in said


def test_nobody_to_send_it_to_is_said(desk: Client, letter: Letter) -> None:
    update = draft(letter)
    assert "0 people get it" in desk.get(_url(letter, "1/")).text
    said = _post(desk, letter, "send", seen=update.revision)
    assert "so there is nobody to send it to" in said


def test_sending_is_asked_about_first(desk: Client, letter: Letter) -> None:
    people = hearing(letter, 3, language="ar", name="Signer in Arabic")
    Signature.objects.filter(email=people[0].email).update(language="en")
    update = draft(letter)
    read = {"id": update.pk, "seen": update.revision}
    page = desk.get(_url(letter, "1/")).text
    assert f'<form method="get" action="{_url(letter, "1/send/")}"' in page
    for _two_tabs in range(2):
        question = desk.get(_url(letter, "1/send/"), read)
        for words in (
            "Send this update now?",
            "3 people get it",
            "<bdi>Arabic</bdi> 2 · <bdi>English</bdi> 1",
            "Without words of their own (Arabic), the words in English are sent.",
            "A mail that has gone out cannot be called back.",
            f'<input type="hidden" name="seen" value="{update.revision}">',
        ):
            assert words in question.text
        assert question.text.count("Signer in Arabic") == 3
        assert _state() == UpdateState.DRAFT
    said = [_post(desk, letter, "send", **read) for _two_tabs in range(2)]
    assert ["Released. It goes out at the time" in each for each in said] == [True, False]
    assert "Nothing was done: the update is released already, and on its way." in said[1]
    again = desk.get(_url(letter, "1/send/"), read, follow=True).text
    assert "Nothing was done: the update is released already, and on its way." in again


def test_only_what_was_read_is_asked_about(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    update = draft(letter)
    wrong: tuple[dict[str, int | str], ...] = (
        {},
        {"seen": ""},
        {"seen": update.revision},
        {"id": update.pk, "seen": 7},
    )
    for read in wrong:
        answer = desk.get(_url(letter, "1/send/"), read)
        assert (answer.status_code, answer["Location"]) == (303, _url(letter, "1/"))
    assert "This update was changed since you opened it." in desk.get(_url(letter, "1/")).text
    for typed in NAUGHTY.values():
        assert desk.get(_url(letter, "1/send/"), {"id": typed, "seen": typed}).status_code == 303


@pytest.mark.usefixtures("few")
def test_who_does_not_count_yet_reads_from_when_on(letter: Letter) -> None:
    hearing(letter, 2)
    friend = editor(letter, "friend")
    Membership.objects.filter(organizer=friend).update(role_since=timezone.now())
    client = _client(friend)
    draft(letter)
    since = "You are new to the team or to this role, and count as one of two organizers from "
    page = client.get(_url(letter, "1/")).text
    assert (since in page, _url(letter, "1/send/") in page) == (True, False)
    update = Update.objects.get()
    releasing.release(
        update=update, organizer=editor(letter), expected_revision=1, now=timezone.now()
    )
    page = client.get(_url(letter, "1/")).text
    assert (since in page, _url(letter, "1/approve/") in page) == (True, False)

    Membership.objects.filter(organizer=editor(letter)).delete()
    page = _client(editor(letter, "second")).get(_url(letter, "1/")).text
    assert "may not write for the team any more. Take it back, and release it yourself." in page
    assert _url(letter, "1/approve/") not in page


@pytest.mark.usefixtures("few")
def test_approving_is_asked_about_first(letter: Letter) -> None:
    hearing(letter, 2)
    update = released(letter)
    second = _client(editor(letter, "second"))
    read: dict[str, int | str] = {"id": update.pk, "seen": update.seal}
    question = second.get(_url(letter, "1/approve/"), read).text
    assert ("Send this update now?" in question, update.seal in question) == (True, True)
    # Who released it is asked nothing that they may not do.
    own = _client(editor(letter)).get(_url(letter, "1/approve/"), read, follow=True).text
    assert ("somebody else has to approve it" in own, "Send this update now?" in own) == (
        True,
        False,
    )
    assert "Approved." in _post(second, letter, "approve", **read)
    assert second.get(_url(letter, "1/approve/"), read).status_code == 303


def test_what_is_held_says_why_and_goes_with_one_press(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    update = released(letter)
    fan_out.fan_out_due(now=timezone.now() + timedelta(hours=2))
    assert _state() == UpdateState.HELD
    page = desk.get(_url(letter, "1/")).text
    assert "This update should have gone out " in page
    read = {"id": update.pk, "seen": update.seal}
    assert "Read it again." in _post(desk, letter, "let-go", seen="x")
    assert "Released." in _post(desk, letter, "let-go", **read)
    assert "on its way" in _post(desk, letter, "let-go", **read)
    assert _state() == UpdateState.SCHEDULED


def test_what_is_held_is_discarded_or_written_anew(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    for step in ("discard", ""):
        update = released(letter, send_at=timezone.now() + timedelta(hours=1))
        Membership.objects.filter(organizer=editor(letter)).delete()
        fan_out.fan_out_due(now=timezone.now())
        other = _client(editor(letter, f"other{step}"))
        page = other.get(_url(letter, "1/")).text
        assert "released or approved this update and may not write for the team any more." in page
        assert "Take it over for its time" in page
        if step:
            said = _post(other, letter, step, seen=update.revision, id=update.pk)
            assert "The update is discarded." in said
            Membership.objects.create(
                team=letter.team, organizer=editor(letter), role=Role.EDITOR, role_since=LONG_AGO
            )
        else:
            typed = WORDS | {"id": update.pk, "seen": update.revision}
            assert other.post(_url(letter, "1/"), typed).status_code == 303
            assert _state() == UpdateState.DRAFT


@pytest.mark.usefixtures("few")
def test_many_are_sent_to_by_two(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)
    second = editor(letter, "second")
    friend = editor(letter, "friend")
    Membership.objects.filter(organizer=friend).update(role_since=timezone.now())
    page = desk.get(_url(letter, "1/")).text
    assert "One organizer alone writes to at most 1 people within a day, " in page
    # One of the two counts from tomorrow on.
    assert (page.count(str(second)) >= 2, page.count('chip-waiting">from ')) == (True, 1)

    said = _post(desk, letter, "send", seen=update.revision)
    assert "Released. A second organizer has to approve it before it goes out." in said
    update.refresh_from_db()
    for who, refused in (
        (editor(letter), "You released this update: somebody else has to approve it."),
        (friend, "is new to the team or to this role, and counts as one of two organizers from"),
    ):
        assert refused in _post(_client(who), letter, "approve", seen=update.seal)
    other = _client(second)
    assert "Read it again." in _post(other, letter, "approve", seen="x")
    seal = 'name="seen" value="' + update.seal
    pages = [client.get(_url(letter, "1/")).text for client in (other, desk)]
    assert [seal in page for page in pages] == [True, False]
    assert "Approved." in _post(other, letter, "approve", seen=update.seal)
    said = _post(other, letter, "approve", seen=update.seal)
    assert "Nothing was done: the update is released already, and on its way." in said
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "send_update",
        "approve_update",
    ]


@pytest.mark.usefixtures("few")
def test_what_was_released_by_one_who_left_is_said(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    update = released(letter)
    Membership.objects.filter(organizer=editor(letter)).delete()
    second = _client(editor(letter, "second"))
    said = _post(second, letter, "approve", seen=update.seal)
    assert (
        "The organizer who released this update may not write for the team any more. Take it back, "
        in said
    )
    assert "Taken back." in _post(second, letter, "take-back")
    assert _state() == UpdateState.DRAFT


def test_it_is_stopped_and_goes_on(desk: Client, letter: Letter) -> None:
    hearing(letter, 2)
    owed(letter)
    assert "Paused." in _post(desk, letter, "pause")
    assert "Nothing was done: the sending is paused." in _post(desk, letter, "pause")
    assert "The sending goes on." in _post(desk, letter, "resume")
    assert "Cancelled. What has not gone out yet is never sent." in _post(desk, letter, "cancel")
    assert "Nothing was done: the update is cancelled." in _post(desk, letter, "resume")
    assert _state() == UpdateState.CANCELLED


def test_a_cancelled_one_says_what_went_out_and_what_did_not(desk: Client, letter: Letter) -> None:
    hearing(letter, 4)
    update = owed(letter)
    first = UpdateDelivery.objects.order_by("pk")[:1].get()
    UpdateDelivery.objects.filter(pk=first.pk).update(state="sent")
    releasing.cancel(update=update, now=timezone.now())
    page = desk.get(_url(letter, "1/")).text
    for words in (
        "Of 4, 1 mail went out before it was cancelled.",
        "3 mails were cancelled and are never sent.",
        '<progress class="visually-hidden" data-meter max="4" value="1"',
        "1 of 4 are done",
        'data-said-cancelled="The rest was cancelled."',
    ):
        assert words in page


def test_what_became_of_mails_is_said_and_the_unknown_sent_again_on_demand(
    desk: Client, letter: Letter
) -> None:
    hearing(letter, 6)
    update = owed(letter)
    rows = list(UpdateDelivery.objects.order_by("pk"))
    for row, state in zip(
        rows, ("sent", "sent", "failed", "unknown", "unknown", "suppressed"), strict=True
    ):
        UpdateDelivery.objects.filter(pk=row.pk).update(state=state)
    Update.objects.update(state=UpdateState.SENT, finished_at=timezone.now())
    page = desk.get(_url(letter, "1/")).text
    for words in (
        "1 mail failed: the recipient’s mail server refused it for good, or for too long.",
        "Of 2 mails nobody knows whether they arrived",
        "1 person left the news, withdrew or was erased before it was their turn",
        "Some of them then get it twice.",
        '<rect class="is-sent" data-segment="sent" x="0" width="333" height="8"/>',
        '<rect class="is-unknown" data-segment="unknown" x="333" width="333" height="8"/>',
    ):
        assert words in page
    assert "data-progress-url" not in page
    assert "2 mails are sent again." in _post(desk, letter, "send-again")
    update.refresh_from_db()
    assert update.state == UpdateState.SENDING
    assert "data-progress-url" in desk.get(_url(letter, "1/")).text


def test_a_time_is_waited_for_and_a_discarded_one_is_gone(desk: Client, letter: Letter) -> None:
    hearing(letter, 1)
    update = draft(letter, send_at=timezone.now() + timedelta(hours=3))
    assert "Release it for its time" in desk.get(_url(letter, "1/")).text
    _post(desk, letter, "send", seen=update.revision)
    assert "Released. It goes out " in desk.get(_url(letter, "1/")).text
    assert "the update is released" in _post(desk, letter, "discard", seen=update.revision)
    _post(desk, letter, "take-back")
    assert "The update is discarded." in _post(desk, letter, "discard", seen=update.revision)
    said = _post(desk, letter, "discard", seen=update.revision)
    assert "There is no such update any more: it was discarded." in said
    assert desk.get(_url(letter, "1/")).status_code == 404


def test_a_new_domain_says_how_long_it_takes(
    desk: Client, letter: Letter, settings: Settings
) -> None:
    hearing(letter, 3)
    draft(letter)
    said = "The last ones get it about"
    assert said not in desk.get(_url(letter, "1/")).text

    today = timezone.now().date()
    settings.MAIL_WARM_UP_SINCE, settings.MAIL_WARM_UP_PER_DAY = today, [1] * 9
    last = datetime.combine(today + timedelta(days=2), time(12), tzinfo=UTC)

    assert f"{said} {day(last)}." in desk.get(_url(letter, "1/")).text


def test_what_was_read_of_a_discarded_one_is_not_done_to_its_successor(
    desk: Client, letter: Letter
) -> None:
    hearing(letter, 1)
    gone = draft(letter)
    read = {"id": gone.pk, "seen": gone.revision}
    assert f'name="id" value="{gone.pk}"' in desk.get(_url(letter, "1/")).text
    updates.discard(update=gone, expected_revision=gone.revision)
    successor = draft(letter, words={"en": updates.Words("Theirs", "Their words.")})
    assert (successor.number, successor.revision) == (gone.number, gone.revision)

    for step in ("send", "discard", "test"):
        assert (
            "There is no such update any more"
            in desk.post(_url(letter, f"1/{step}/"), read, follow=True).text
        )
    page = desk.post(_url(letter, "1/"), WORDS | read)

    assert (page.status_code, WORDS["subject_en"] in page.text) == (409, True)
    assert (_state(), updates.words_of(update=successor)["en"].subject) == ("draft", "Theirs")


@pytest.mark.parametrize("path", ["0/", "2/", f"{'9' * 30}/"])
def test_numbers_of_no_update_are_not_found(desk: Client, letter: Letter, path: str) -> None:
    draft(letter)
    assert desk.get(_url(letter, path)).status_code == 404
    assert desk.get(_url(letter, f"{path}progress/")).status_code == 404


def test_nothing_that_is_typed_breaks_the_form(desk: Client, letter: Letter) -> None:
    draft(letter)
    names = ("body_en", "subject_ar", "send_at", "countries", "levels", "versions", "seen")
    for which, typed in NAUGHTY.items():
        answer = desk.post(_url(letter, "1/"), WORDS | dict.fromkeys(names, typed))
        assert (which, answer.status_code in (409, 422)) == (which, True)
        assert (which, desk.get(_url(letter), {"before": typed}).status_code) == (which, 200)


def test_a_list_costs_the_same_for_one_and_three(
    desk: Client, letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hearing(letter, 1)
    owed(letter)
    desk.get(_url(letter))
    with CaptureQueriesContext(connection) as asked:
        desk.get(_url(letter))
    for _more in range(2):
        draft(letter)
    with django_assert_num_queries(len(asked)):
        desk.get(_url(letter))
