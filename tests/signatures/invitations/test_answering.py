"""Signing by an invitation: once, before the public, with the invited address and no other."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from campaign.organizers.models import Organizer
from signatures import confirmation, denial
from signatures.errors import LetterNotOpen
from signatures.invitations import inviting
from signatures.models import (
    Reason,
    Signature,
    SignatureState,
    SigningInvitation,
    Vetting,
)
from signatures.notifications.deliveries import send_owed
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    close,
    confirmed,
    load,
    open_letter,
    pending,
    publish_version,
)
from tests.signatures.invitations.invited import NO, invite, send, send_mail, url_of, yes
from tests.signatures.views.visitors import link_url

pytestmark = pytest.mark.django_db

AGENT = "agency@curtain.example"


def states() -> list[tuple[str, str]]:
    return list(Signature.objects.order_by("pk").values_list("email", "state"))


def events() -> int:
    return Event.objects.filter(kind=EventKind.SIGN).count()


def subjects() -> list[tuple[str, str]]:
    send_owed()
    found = [(each.to[0], each.subject.split(":")[0]) for each in mail.outbox]
    mail.outbox.clear()
    return found


def test_the_invited_sign_before_the_public_and_get_one_mail(
    letter: Letter, ottilie: Organizer
) -> None:
    invitation = invite(letter, ottilie, line="We met in Cork.")
    send_mail()
    [sent] = mail.outbox
    assert (sent.to, "We met in Cork." in sent.body) == ([BRIGID.email], True)
    assert url_of(invitation) in sent.body
    mail.outbox.clear()
    with pytest.raises(LetterNotOpen):
        pending(letter, WIKTOR)

    page = Client().get(url_of(invitation))
    assert (page.status_code, page["X-Robots-Tag"], states()) == (200, "noindex", [])
    assert "We ask to be" in page.text
    assert "We met in Cork." in page.text
    assert send(invitation, yes(letter)).status_code == 303

    assert (states(), events()) == ([(BRIGID.email, "confirmed")], 1)
    assert subjects() == [(BRIGID.email, "You signed")]
    invitation.refresh_from_db()
    told = (invitation.state, invitation.email, invitation.line, invitation.signature_id)
    assert told == ("accepted", "", "", Signature.objects.get().pk)
    over = Client().get(url_of(invitation))
    assert (over.status_code, "answered: yes" in over.text) == (200, True)
    assert [
        word for word in (BRIGID.details.name, "For work", letter.slug) if word in over.text
    ] == []
    # The same link once more signs nobody.
    assert send(invitation, yes(letter, name="Somebody Else")).status_code == 200
    assert (Signature.objects.get().name, events()) == (BRIGID.details.name, 1)


def test_nothing_is_signed_by_what_is_sent_as_it_stands(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie)
    wrong: tuple[tuple[dict[str, Any], int], ...] = (
        ({"answer": "sign"}, 422),
        (yes(letter, consent_publish=""), 422),
        (yes(letter, text="0" * 64), 409),
        (yes(letter, text=""), 409),
        ({"answer": "no"}, 422),
        ({"answer": "perhaps"}, 200),
        ({}, 200),
    )
    assert [send(invitation, typed).status_code for typed, _status in wrong] == [
        status for _typed, status in wrong
    ]
    assert states() == []
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email) == ("open", BRIGID.email)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_sign_once(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie)
    typed = yes(letter)
    both = at_once([partial(send, invitation, typed)] * 3)
    assert {each.status_code for each in both} <= {200, 303}
    assert (states(), events()) == ([(BRIGID.email, "confirmed")], 1)


def test_no_deletes_the_address_and_ends_the_mails(letter: Letter, ottilie: Organizer) -> None:
    first, second = invite(letter, ottilie), invite(letter, ottilie, WIKTOR)
    assert send(first, NO).status_code == 303
    one_click = Client().post(url_of(second), {"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    kept = SigningInvitation.objects.filter(signature=None).values_list("state", "email")
    assert list(kept) == [("declined", "")] * 2
    send_mail()
    assert (mail.outbox, states()) == ([], [])
    assert "answered: no" in Client().get(url_of(first)).text
    assert send(first, yes(letter)).status_code == 200
    assert states() == []


def test_a_link_that_is_over_tells_no_stranger_anything(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie)
    url = url_of(invitation)
    inviting.revoke(invitation=invitation, organizer=ottilie, now=timezone.now())
    revoked = Client().get(url)
    other = invite(letter, ottilie, WIKTOR)
    close(letter)
    closed = Client().get(url_of(other))
    assert send(other, yes(letter, WIKTOR)).status_code == 410
    unknown = Client().get(url[:-4] + "AAA/")
    assert [each.status_code for each in (revoked, closed, unknown)] == [410, 410, 404]
    for page in (revoked, closed, unknown):
        secret = (BRIGID.details.name, WIKTOR.details.name, letter.slug, "For work that is ours")
        assert [word for word in secret if word in page.text] == []
        assert page["X-Robots-Tag"] == "noindex"
    assert states() == []


def test_an_address_that_has_signed_is_told_so_by_mail_alone(ottilie: Organizer) -> None:
    letter = open_letter(slug="open-to-all", team=ottilie.memberships.get().team)
    before = confirmed(letter)
    subjects()
    invitation = invite(letter, ottilie)
    answered = send(invitation, yes(letter, name="Somebody Else"))
    assert answered["Location"] == url_of(invitation)
    signature = load(before.pk)
    assert (signature.name, signature.revision, events()) == (BRIGID.details.name, 1, 1)
    assert [to for to, _subject in subjects()] == [BRIGID.email]


def test_what_stood_pending_under_the_address_is_signed_as_the_invited_say(
    ottilie: Organizer,
) -> None:
    """Anybody could have typed it."""
    letter = open_letter(slug="open-to-all", team=ottilie.memberships.get().team)
    pending(letter, BRIGID.but(name="Typed by Another"))
    invitation = invite(letter, ottilie)
    assert send(invitation, yes(letter)).status_code == 303
    [signature] = Signature.objects.all()
    assert (signature.name, signature.state) == (BRIGID.details.name, "confirmed")


@pytest.mark.parametrize("name", [BRIGID.details.name, "Wiktor Żółcik"])
def test_being_invited_gets_nobody_past_the_watch_list(
    letter: Letter, ottilie: Organizer, name: str
) -> None:
    """Under the name that was invited, as under another: an organizer who invites an address under
    a famous name is no second organizer."""
    watchlist.add(letter=letter, names=[name], organizer=ottilie)
    invitation = invite(letter, ottilie)
    assert send(invitation, yes(letter, name=name)).status_code == 303
    assert (states(), events()) == ([(BRIGID.email, "held")], 0)
    vetting = Vetting.objects.get()
    assert (vetting.reason, vetting.needs_two) == (Reason.WATCHED, True)
    assert Signature.objects.get().level == 0


def test_an_agent_signs_and_the_person_confirms(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie, agent_email=AGENT)
    send_mail()
    assert [each.to for each in mail.outbox] == [[AGENT]]
    mail.outbox.clear()
    page = Client().get(url_of(invitation)).text
    assert (BRIGID.email in page, "consent_updates" in page) == (False, False)
    typed = yes(letter, consent_updates="on")
    assert send(invitation, typed).status_code == 303
    [signature] = Signature.objects.all()
    told = (signature.state, signature.email, signature.consent_updates)
    assert told == ("pending", BRIGID.email, False)
    assert subjects() == [(BRIGID.email, "Confirm your signature")]
    # Before the letter opens, too.
    client = Client()
    assert client.get(link_url(signature)).status_code == 200
    answer = client.post(link_url(signature), {"answer": "sign", "seen": signature.revision})
    assert answer.status_code == 303
    assert (states(), events()) == ([(BRIGID.email, "confirmed")], 1)


def test_what_the_person_denies_an_agent_cannot_sign_again(
    letter: Letter, ottilie: Organizer
) -> None:
    invitation = invite(letter, ottilie, agent_email=AGENT)
    send(invitation, yes(letter))
    [signature] = Signature.objects.all()
    assert denial.deny(signature=signature)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.signature_id) == ("accepted", None)
    assert send(invitation, yes(letter)).status_code == 200
    assert states() == []


def test_only_the_invited_confirm_before_it_opens(letter: Letter, ottilie: Organizer) -> None:
    """What was signed while the letter was open, and has been set to open later since, waits."""
    Letter.objects.filter(pk=letter.pk).update(opens_at=None)
    letter.refresh_from_db()
    signature = pending(letter, WIKTOR)
    Letter.objects.filter(pk=letter.pk).update(opens_at=timezone.now() + timedelta(days=1))
    invite(letter, ottilie, WIKTOR)
    with pytest.raises(LetterNotOpen):
        confirmation.confirm(signature=load(signature.pk), expected_revision=1)
    assert load(signature.pk).state == SignatureState.PENDING


def test_a_text_that_was_replaced_is_read_first(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie)
    typed = yes(letter)
    publish_version(letter, body="We ask for something else.")
    stale = send(invitation, typed)
    assert (stale.status_code, "something else" in stale.text, states()) == (409, True, [])
    assert send(invitation, yes(letter)).status_code == 303
    assert Signature.objects.get().version == 2


def test_under_embargo_the_title_stands_behind_the_link_alone(
    letter: Letter, ottilie: Organizer
) -> None:
    """And who is invited signs before the hour."""
    hour = timezone.now() + timedelta(days=2)
    Letter.objects.filter(pk=letter.pk).update(opens_at=None, embargo_until=hour)
    invitation = invite(letter, ottilie)
    send_mail()
    [sent] = mail.outbox
    told = str(sent.message())
    assert [each for each in ("For work that is ours", letter.slug) if each in told] == []
    mail.outbox.clear()
    page = Client().get(url_of(invitation)).text
    told_there = ("For work that is ours", "under embargo")
    assert [each for each in told_there if each not in page] == []
    assert Client().get(f"/letters/{letter.slug}/").status_code == 404
    assert send(invitation, yes(letter)).status_code == 303
    assert (states(), events()) == ([(BRIGID.email, "confirmed")], 1)
    assert Client().get(f"/letters/{letter.slug}/").status_code == 404
    inviting_again = invite(letter, ottilie, WIKTOR)
    inviting.revoke(invitation=inviting_again, organizer=ottilie, now=timezone.now())
    revoked = Client().get(url_of(inviting_again)).text
    assert [each for each in told_there if each in revoked] == []
