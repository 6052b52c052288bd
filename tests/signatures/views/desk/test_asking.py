"""What organizers choose for the signing form, and what becomes of it."""

from typing import Any

import pytest
from django.test import Client

from campaign import process_cache
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import consent, own_data
from signatures.models import Profession, Signature
from tests.signatures.factories import (
    BRIGID,
    confirmed,
    make_organizer,
    make_team,
    open_letter,
    pending,
)
from tests.signatures.invitations import invited
from tests.signatures.views.visitors import Page, letter_url, link_url, send

pytestmark = pytest.mark.django_db

AS_IT_IS = {
    "professions": "creative",
    "asks_credit": "on",
    "asks_affiliation": "on",
    "takes_organisations": "on",
    "offers_updates": "on",
    "least_age": "",
    "seen": "1",
}
TICK = "Only people of this age can sign this letter. If you are, please tick this."


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    client = Client()
    client.force_login(ottilie)
    return client


def url(letter: Letter) -> str:
    return f"/desk/letters/{letter.slug}/form/"


def save(desk: Client, letter: Letter, **changes: str) -> Any:
    sent = {name: value for name, value in (AS_IT_IS | changes).items() if value or name == "seen"}
    response = desk.post(url(letter), sent)
    process_cache.forget_all()
    letter.refresh_from_db()
    return response


def test_only_who_writes_the_letter_chooses_what_its_form_asks(letter: Letter) -> None:
    people = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in (Role.VETTER, Role.PRESS, Role.VIEWER)
    ]
    strangers = make_team(slug="strangers")
    people.append(make_organizer(team=strangers, email="owner@strangers.example"))
    for who in people:
        client = Client()
        client.force_login(who)
        assert client.get(url(letter)).status_code == 404
        assert client.post(url(letter), AS_IT_IS).status_code == 404


def test_what_is_left_out_is_neither_asked_nor_taken(desk: Client, letter: Letter) -> None:
    left_out = {"asks_credit": "", "asks_affiliation": "", "takes_organisations": ""}
    assert save(desk, letter, **left_out, offers_updates="").status_code == 303
    page = Client().get(letter_url(letter)).content.decode()
    names = ("credit", "affiliation", "kind", "consent_updates")
    assert [name for name in names if f'name="{name}"' in page] == []
    typed: dict[str, Any] = {"credit": "A book", "affiliation": "A house", "kind": "organisation"}
    assert send(Client(), letter, **typed, consent_updates="on").status_code == 303
    signature = Signature.objects.get()
    assert [getattr(signature, name) for name in names] == ["", "", "person", False]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("form", f"letter {letter.slug}")


def test_what_was_said_before_is_still_the_signers_to_change(desk: Client, letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    save(desk, letter, asks_credit="", asks_affiliation="", professions="doctors")
    page = Client().get(link_url(signature)).content.decode()
    assert ('name="credit"' in page, 'name="affiliation"' in page) == (True, False)
    assert '<option value="author" selected>' in page
    assert '<option value="surgeon">' in page
    assert '<option value="poet">' not in page


@pytest.mark.parametrize(
    ("offered", "profession"),
    [
        ("scholars", Profession.HISTORIAN),
        ("doctors", Profession.NURSE),
        ("citizens", Profession.FARMER),
        ("citizens", Profession.OTHER),
    ],
)
def test_another_list_offers_its_professions_and_no_others(
    desk: Client, letter: Letter, offered: str, profession: Profession
) -> None:
    save(desk, letter, professions=offered)
    assert send(Client(), letter, profession="poet").status_code == 422
    assert send(Client(), letter, profession=profession.value).status_code == 303
    assert Signature.objects.get().profession == profession


def test_an_age_is_ticked_and_kept_with_the_consent(desk: Client, letter: Letter) -> None:
    save(desk, letter, least_age="18")
    refused = send(Client(), letter)
    assert refused.status_code == 422
    assert f'<a href="#id_of_age">{TICK}</a>' in refused.content.decode()
    assert send(Client(), letter, of_age="on").status_code == 303
    signature = Signature.objects.select_related("letter", "translation__text").get()
    assert signature.consent_version == f"{consent.VERSION}/en/18"
    told = own_data.told(signature=signature, now=signature.created_at)
    assert told["consents"]["age"] == {"said": "I am at least 18 years old."}


def test_the_age_stays_when_another_consent_changes(desk: Client, letter: Letter) -> None:
    save(desk, letter, least_age="16")
    send(Client(), letter, of_age="on")
    signature = Signature.objects.select_related("letter", "translation").get()
    answer = {"answer": "sign", "consent_publish": "off", "seen": signature.revision}
    assert Client().post(link_url(signature), answer).status_code == 303
    signature.refresh_from_db()
    assert (signature.state, signature.consent_publish) == ("confirmed", False)
    assert signature.consent_version == f"{consent.VERSION}/en/16"


def test_who_was_asked_for_no_age_says_it_before_they_confirm(desk: Client, letter: Letter) -> None:
    signature = pending(letter, BRIGID)
    save(desk, letter, least_age="18")
    answer = {"answer": "sign", "seen": signature.revision}
    refused = Client().post(link_url(signature), answer)
    assert (refused.status_code, TICK in refused.content.decode()) == (422, True)
    assert Client().post(link_url(signature), answer | {"of_age": "on"}).status_code == 303
    signature.refresh_from_db()
    assert signature.state == "confirmed"
    assert signature.consent_version == f"{consent.VERSION}/en/18"


def test_no_age_is_needed_to_say_that_one_did_not_sign(desk: Client, letter: Letter) -> None:
    signature = pending(letter, BRIGID)
    save(desk, letter, least_age="18")
    assert Client().post(link_url(signature), {"answer": "deny"}).status_code == 303
    assert not Signature.objects.filter(email=BRIGID.email).exists()


def test_an_agent_does_not_say_how_old_somebody_is(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    save(desk, letter, least_age="18")
    invitation = invited.invite(letter, ottilie, agent_email="agent@agency.example")
    assert "of_age" not in Client().get(invited.url_of(invitation)).content.decode()
    sent = invited.yes(letter) | {"of_age": "on"}
    assert invited.send(invitation, sent).status_code == 303
    assert Signature.objects.get().consent_version == f"{consent.VERSION}/en"


def test_the_invited_say_how_old_they_are(desk: Client, letter: Letter, ottilie: Organizer) -> None:
    save(desk, letter, least_age="18")
    invitation = invited.invite(letter, ottilie)
    assert invited.send(invitation, invited.yes(letter)).status_code == 422
    assert invited.send(invitation, invited.yes(letter, of_age="on")).status_code == 303
    signature = Signature.objects.get()
    assert (signature.state, consent.age_of(signature.consent_version)) == ("confirmed", 18)


def test_a_corrected_address_keeps_the_age(desk: Client, letter: Letter) -> None:
    save(desk, letter, least_age="18")
    inbox = send(Client(), letter, of_age="on")["Location"]
    Client().post(f"{inbox}correct/", {"email": "brigid@other.example"})
    mended = Signature.objects.get(email="brigid@other.example")
    assert mended.consent_version == f"{consent.VERSION}/en/18"


@pytest.mark.parametrize("typed", ["12", "22", "x", "-1", "1e9", "١٨٠"])
def test_an_age_out_of_range_is_refused_beside_its_field(
    desk: Client, letter: Letter, typed: str
) -> None:
    page = Page(save(desk, letter, least_age=typed))
    assert "Please give a whole number from 13 to 21, in digits, or nothing." in page.text
    assert letter.least_age is None


def test_two_organizers_do_not_overwrite_each_other(desk: Client, letter: Letter) -> None:
    assert save(desk, letter, least_age="16").status_code == 303
    late = save(desk, letter, professions="scholars")
    assert late.status_code == 409
    assert "Somebody changed the form meanwhile." in late.content.decode()
    assert (letter.professions, letter.least_age, letter.form_revision) == ("creative", 16, 2)
    assert AuditEntry.objects.count() == 1
