"""What a named reporter reads before the hour, and what anyone reads whose link is not good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaign.letters import reporters
from campaign.letters.models import Letter, Reporter
from signatures import signing
from signatures.links import token_for
from signatures.models import Because, Delivery, Message, Signature
from signatures.moderation import removal
from signatures.notifications import leaving
from signatures.notifications.messages import build
from signatures.tickets import Ticket, seal
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    listed,
    make_organizer,
    open_letter,
    pending,
    sequence,
    translation_of,
)
from tests.signatures.invitations.invited import invite, send, send_mail, yes
from tests.signatures.invitations.invited import url_of as url_of_invitation
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db

NOW = datetime(2032, 5, 4, 12, tzinfo=UTC)
HOUR = NOW + timedelta(hours=18)
ENDS = NOW + timedelta(hours=2)
TITLE = "For work that is ours"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    Letter.objects.filter(pk=letter.pk).update(embargo_until=HOUR)
    letter.refresh_from_db()
    return letter


def reporter_of(letter: Letter, **given: Any) -> Reporter:
    owner = make_organizer(team=letter.team, email=f"{Reporter.objects.count()}@team.example")
    told = {"name": "N. N. <b>", "outlet": "The Paper", "email": "", "expires_at": None}
    return reporters.add(
        letter=letter, organizer=owner, language="en", now=NOW, **{**told, **given}
    )


def url_of(reporter: Reporter) -> str:
    return f"/e/{reporters.token_for(reporter)}/"


def test_a_reporter_reads_the_letter_with_their_own_mark(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, GUILD, QUIET)
    response = client.get(url_of(reporter_of(letter)))
    page = Page(response).text
    assert page.count("Copy for N. N. <b>, The Paper; under embargo until 5 May 2032, 06:00") == 2
    for words in (TITLE, BRIGID.details.name, GUILD.details.name, "confirmed by e-mail"):
        assert (words, words in page) == (words, True)
    assert QUIET.details.name not in page
    headers = [response[name] for name in ("Referrer-Policy", "X-Robots-Tag")]
    assert headers == ["no-referrer", "noindex"]
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert not response.cookies
    # Nothing on it leads to a public page of the letter, where there is nothing yet.
    assert f"/letters/{letter.slug}" not in response.text


def test_it_is_read_in_the_languages_of_the_letter(client: Client, letter: Letter) -> None:
    reporter = reporter_of(letter)
    assert "من أجل عملٍ هو لنا" in client.get(f"/ar{url_of(reporter)}").text
    for language in ("fr", "xx"):
        assert client.get(f"/{language}{url_of(reporter)}").status_code == 404


def test_all_names_are_read_page_by_page(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signatures.views.signer import embargoed

    monkeypatch.setattr(embargoed, "NAMES_A_PAGE", 1)
    listed(letter, BRIGID, GUILD)
    url = url_of(reporter_of(letter))
    shown = [BRIGID.details.name, GUILD.details.name]
    first, second, odd = (
        client.get(f"{url}{query}").text for query in ("", "?after=2", "?after=x")
    )
    assert [[name in page for name in shown] for page in (first, second, odd)] == [
        [False, True],
        [True, False],
        [False, True],
    ]


def test_openings_are_counted_without_the_network(client: Client, letter: Letter) -> None:
    reporter = reporter_of(letter)
    client.head(url_of(reporter))
    client.post(url_of(reporter))
    assert Reporter.objects.values_list("opened", "last_opened_at").get() == (0, None)
    client.get(url_of(reporter))
    with time_machine.travel(ENDS, tick=False):
        client.get(url_of(reporter))
    assert Reporter.objects.values_list("opened", "last_opened_at").get() == (2, ENDS)


def test_a_link_that_is_not_good_says_nothing_of_the_letter(client: Client, letter: Letter) -> None:
    """One page for all: never was, cut short, ran out, cut off, of a letter that is public."""
    owner = make_organizer(team=letter.team)
    out, cut = reporter_of(letter, expires_at=ENDS), reporter_of(letter)
    reporters.cut_off(reporter=cut, organizer=owner, now=NOW)
    good = reporters.token_for(reporter_of(letter))
    wrong, answers = ("x", good[:-1], good.lower(), "A" * 32), set()
    with time_machine.travel(ENDS, tick=False):
        for token in (*wrong, reporters.token_for(out), reporters.token_for(cut)):
            response = client.get(f"/e/{token}/")
            answers.add((response.status_code, response.text.replace(f"/e/{token}/", "")))
            assert response["Referrer-Policy"] == "no-referrer"
        [(status, page)] = answers
        assert (status, TITLE in page, letter.slug in page) == (404, False, False)
        assert client.get(f"/e/{good}/").status_code == 200
    with time_machine.travel(HOUR, tick=False):
        for bad in (out, cut):
            assert client.get(url_of(bad)).status_code == 404


def test_at_the_hour_the_link_leads_to_the_public_letter(client: Client, letter: Letter) -> None:
    """However late it was to end: the hour is the latest, also when it is moved."""
    urls = [url_of(reporter_of(letter, expires_at=end)) for end in (None, HOUR + timedelta(days=9))]
    Letter.objects.filter(pk=letter.pk).update(embargo_until=ENDS)
    with time_machine.travel(ENDS, tick=False):
        for url in urls:
            assert client.get(url)["Location"] == f"/letters/{letter.slug}/"
    assert set(Reporter.objects.values_list("opened", flat=True)) == {0}


def test_one_letter_behind_no_other_link(
    client: Client, letter: Letter, settings: Settings
) -> None:
    """The token is of the row and of the site's key."""
    url = url_of(reporter_of(letter))
    settings.SECRET_KEY = "another key, of at least so many letters as a key should have"
    assert client.get(url).status_code == 404


def test_who_signs_under_embargo_finds_the_page_that_waits(client: Client, letter: Letter) -> None:
    """With a ticket of this letter alone: any other answers as for no letter at all."""
    signature = pending(letter)
    other = open_letter(slug="other")
    signed = signing.Signed(signature.pk, signature.revision, fresh=True)
    shown = translation_of(letter)
    ticket = seal(Ticket(signed, letter.pk, BRIGID.email, BRIGID.details, shown.pk))
    stranger = seal(Ticket(signed, other.pk, BRIGID.email, BRIGID.details, shown.pk))
    assert client.get(f"/letters/{letter.slug}/inbox/{ticket}/").status_code == 200
    for void in (stranger, "x"):
        assert client.get(f"/letters/{letter.slug}/inbox/{void}/").status_code == 404
    assert Signature.objects.count() == 1


def test_signers_are_asked_to_keep_it_to_themselves(client: Client, letter: Letter) -> None:
    from tests.signatures.views.visitors import link_url

    [signature] = listed(letter, BRIGID)
    page = client.get(link_url(signature, "thanks/")).text
    assert ("under embargo until" in page, "data-share-url" in page) == (True, False)
    with time_machine.travel(HOUR, tick=False):
        page = client.get(link_url(signature, "thanks/")).text
    assert ("under embargo until" in page, "data-share-url" in page) == (False, True)


@pytest.mark.parametrize(
    "state", ["pending", "confirmed", "held", "withdrawn", "removed", "rejected"]
)
def test_no_page_of_a_signer_leads_where_there_is_nothing_yet(
    state: str, client: Client, letter: Letter
) -> None:
    """And each says so once it is there."""
    [signature] = listed(letter, BRIGID)
    if state == "removed":
        removal.remove(
            signature=signature,
            organizer=make_organizer(team=letter.team),
            expected_revision=signature.revision,
            because=Because.RULES,
            note="",
            expected_newest_report=None,
        )
    elif state != "confirmed":
        Signature.objects.filter(pk=signature.pk).update(state=state, number=None)
    token = token_for(signature=signature)
    leave = leaving.token_for(leaving.subscriber(signature=signature))
    names = ("link", "link_thanks", "link_withdraw", "link_erase", "link_proofs")
    pages = [*(reverse(each, args=[token]) for each in names), reverse("leave", args=[leave])]

    def leading_there() -> set[str]:
        answers = [(url, client.get(url, follow=True).text) for url in pages]
        return {url for url, page in answers if f'href="/letters/{letter.slug}/' in page}

    assert leading_there() == set()
    with time_machine.travel(HOUR, tick=False):
        assert leading_there() != set()


def test_thanks_before_the_hour_promise_what_comes(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    url = reverse("link_thanks", args=[token_for(signature=signature)])
    now, later = "Your name is shown on the public list.", "once the embargo ends"
    page = client.get(url).text
    assert (now in page, later in page) == (False, True)
    with time_machine.travel(HOUR, tick=False):
        page = client.get(url).text
    assert (now in page, later in page) == (True, False)


def test_mails_to_who_signs_before_the_hour_say_so(letter: Letter) -> None:
    """Their links to the letter's page lead nowhere yet."""
    delivery = Delivery.objects.select_related("signature__letter").get(
        signature=pending(letter), message=Message.CONFIRMATION
    )
    said = "The letter is under embargo until 5 May 2032, 06:00 UTC"
    for moment, is_said in ((NOW, True), (HOUR, False)):
        with time_machine.travel(moment, tick=False):
            message = build(delivery)
            html = str(message.alternatives[0][0])
            assert (said in " ".join(message.body.split()), said in html) == (is_said, is_said)


def test_the_invited_sign_under_embargo_and_reporters_read_their_names(
    client: Client, letter: Letter
) -> None:
    """The page, its form and the reporter's copy, while the public address knows of nothing."""
    owner = make_organizer(team=letter.team, email="inviting@team.example")
    invitation = invite(letter, owner, now=NOW)
    send_mail()
    [sent] = mail.outbox
    page = client.get(url_of_invitation(invitation)).text
    assert "nobody else may know of it before 5 May 2032, 06:00 UTC" in page
    assert "The letter is under embargo until 5 May 2032, 06:00 UTC" in " ".join(sent.body.split())
    assert send(invitation, yes(letter)).status_code == 303
    sequence(letter)
    assert BRIGID.details.name in client.get(url_of(reporter_of(letter))).text
    assert client.get(f"/letters/{letter.slug}/").status_code == 404
