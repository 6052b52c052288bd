"""Private exports: for owners alone, sealed, told of, and kept nowhere."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pyrage
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers import account_mail
from campaign.organizers.models import AccountMail, AuditEntry, Membership, Organizer, Role
from signatures import answers, erasure, withdrawal
from signatures.errors import NoOwner
from signatures.exports import contents, exporting, passphrases
from signatures.exports.contents import What
from signatures.models import (
    Question,
    QuestionKind,
    Signature,
    SignatureState,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import leaving
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    PASSWORD,
    QUIET,
    SALMA,
    WIKTOR,
    Person,
    confirmed,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    person,
    someone,
)

pytestmark = pytest.mark.django_db

PURPOSE = "To print sheets, as the ministry asks"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealing takes a second by intention: one test does it."""
    monkeypatch.setattr(passphrases, "seal", lambda content, *, passphrase: content)


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    return letter


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return proved(ottilie)


def proved(organizer: Organizer) -> Client:
    """Who showed just now that it is they."""
    client = Client()
    client.force_login(organizer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def url(letter: Letter) -> str:
    return f"/desk/letters/{letter.slug}/exports/"


def form(**more: Any) -> dict[str, Any]:
    return {
        "what": "addresses",
        "purpose": PURPOSE,
        "passphrase": passphrases.fresh(),
        "is_copied": "on",
    } | more


def files(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def rows(content: bytes, what: str = "addresses") -> list[list[str]]:
    text = files(content)[f"work-that-is-ours-{what}.csv"]
    return list(csv.reader(io.StringIO(text, newline="")))


def addresses(letter: Letter) -> list[str]:
    return [each.email for each in contents.reached(letter_id=letter.pk).order_by("number")]


def agreeing(who: Person) -> Person:
    return who.but(consent_updates=True)


def test_nobody_but_an_owner_learns_that_it_is_there(letter: Letter) -> None:
    people = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in Role
        if role != Role.OWNER
    ]
    people.append(make_organizer(team=make_team(slug="strangers"), email="owner@other.example"))
    for who in people:
        client = proved(who)
        assert client.get(url(letter)).status_code == 404
        assert client.post(url(letter), form()).status_code == 404
    assert not AuditEntry.objects.filter(action="export_addresses").exists()


def test_a_draft_has_none(desk: Client, letter: Letter) -> None:
    draft = draft_letter(slug="unheard-of", team=letter.team)
    assert desk.get(url(draft)).status_code == 404


def test_it_asks_who_is_there_before_each_page_and_each_file(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(ottilie)
    asked = f"{reverse('account_reauthenticate')}?next={url(letter).replace('/', '%2F')}"
    assert client.get(url(letter))["Location"] == asked
    assert client.post(url(letter), form())["Location"] == asked
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(url(letter)).status_code == 200
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    typed = form()
    assert client.post(url(letter), typed)["Location"] == asked
    assert typed["passphrase"] not in str(dict(client.session))
    assert not AuditEntry.objects.filter(action="export_addresses").exists()


def test_the_file_opens_with_its_passphrase_alone(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    page = desk.get(url(letter)).text
    found = re.search(r'name="passphrase" value="([^"]+)"', page)
    assert found
    response = desk.post(url(letter), form(passphrase=found[1]))
    name = f'attachment; filename="{letter.slug}-addresses-{timezone.now():%Y-%m-%d}.zip.age"'
    assert (response.status_code, response["Content-Disposition"]) == (200, name)
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert BRIGID.email.encode() not in response.content
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(response.content, passphrases.fresh())
    opened = pyrage.passphrase.decrypt(response.content, found[1])
    told = files(opened)["READ-ME.txt"]
    assert f"Purpose: {PURPOSE}" in told
    assert "E-mail me news about this letter. I can leave at any time." in told
    brigid = Signature.objects.get(letter=letter, number=1)
    leave = reverse("leave", args=[leaving.token_for(leaving.subscriber(signature=brigid))])
    assert rows(opened)[1:] == [
        [
            "1",
            BRIGID.details.name,
            BRIGID.email,
            "en",
            "Person",
            f"{brigid.consented_at:%Y-%m-%d}",
            brigid.consent_version,
            f"{settings.SITE_URL}{leave}",
        ]
    ]


def test_no_address_of_anyone_who_did_not_agree_or_left(letter: Letter) -> None:
    crowd = [agreeing(someone(number)) for number in range(8)]
    left, everything, complained, bounced, gone, erased, held, renamed = listed(letter, *crowd)
    listed(letter, agreeing(QUIET), agreeing(GUILD), WIKTOR)
    pending(letter, agreeing(someone(20)))
    confirmed(letter, agreeing(someone(21)))
    leaving.leave(leaving.subscriber(signature=left))
    leaving.leave(leaving.subscriber(signature=everything), everything=True)
    for each, reason in (
        (complained, SuppressionReason.COMPLAINED),
        (bounced, SuppressionReason.BOUNCED),
    ):
        Suppression.objects.create(
            address_key=bytes(each.email_key), reason=reason, since=timezone.now()
        )
    withdrawal.withdraw(signature=gone)
    erasure.erase(signature=erased)
    Signature.objects.filter(pk=held.pk).update(state=SignatureState.HELD)
    assert addresses(letter) == [BRIGID.email, renamed.email, GUILD.email]


def test_formulas_are_text(letter: Letter) -> None:
    listed(letter, person("=1+1@crowd.example", "=HYPERLINK(1)", consent_updates=True))
    found = contents.read(letter=letter, what=What.ADDRESSES).csv.decode()
    assert '"\'=HYPERLINK(1)","\'=1+1@crowd.example"' in found


def test_the_list_without_addresses_is_the_public_one(desk: Client, letter: Letter) -> None:
    listed(letter, QUIET)
    found = rows(desk.post(url(letter), form(what="names")).content, "names")
    assert [each[1] for each in found[1:]] == [BRIGID.details.name, SALMA.details.name]
    assert "@" not in str(found)


def test_many_addresses_come_in_several_files(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, *(agreeing(someone(number)) for number in range(4)))
    monkeypatch.setattr(contents, "MOST_ROWS", 2)
    told = []
    after: int | None = 0
    while after is not None:
        found = contents.read(letter=letter, what=What.ADDRESSES, after=after)
        told.append((found.count, found.goes_on_after))
        after = found.goes_on_after
    assert told == [(2, 3), (2, 5), (1, None)]


def question(letter: Letter, kind: QuestionKind, words: str, **more: Any) -> Question:
    asked = Question(
        letter=letter,
        kind=kind,
        words={"en": words},
        is_public=False,
        is_required=False,
        begun_at=timezone.now(),
        **more,
    )
    answers.ask(question=asked)
    letter.refresh_from_db()
    return asked


def test_answers_of_those_who_are_named(desk: Client, letter: Letter) -> None:
    why = question(letter, QuestionKind.TEXT, "=Why?")
    helps = question(letter, QuestionKind.YES_NO, "Will you help?")
    meal = question(letter, QuestionKind.CHOICE, "Soup or stew?", choices={"en": ["Soup", "Stew"]})
    question(letter, QuestionKind.TEXT, "Anything else?")
    brigid, _salma, left, quiet, pending_one = (
        *Signature.objects.filter(letter=letter).order_by("number"),
        *listed(letter, WIKTOR),
        *listed(letter, QUIET),
        pending(letter, someone(30)),
    )
    given = {why.pk: "=1+1", helps.pk: answers.YES, meal.pk: "1"}
    for each in (brigid, left, quiet, pending_one):
        answers.replace(signature=each, given=given)
    withdrawal.withdraw(signature=left)
    answers.end(letter=letter, question_id=helps.pk, now=timezone.now())
    found = rows(desk.post(url(letter), form(what="answers")).content, "answers")
    assert found == [
        ["Number", "Name", "'=Why?", "Soup or stew?", "Anything else?", "Will you help?"],
        ["1", BRIGID.details.name, "'=1+1", "Stew", "", "Yes"],
    ]
    entry = AuditEntry.objects.get(action="export_answers")
    assert (entry.detail, "@" in str(found)) == (PURPOSE, False)
    assert f"answers – <bdi>{PURPOSE}</bdi>" in desk.get(url(letter)).text


def test_a_letter_that_never_asked_offers_no_answers(desk: Client, letter: Letter) -> None:
    assert 'value="answers"' not in desk.get(url(letter)).text
    assert desk.post(url(letter), form(what="answers")).status_code == 422


def test_more_names_than_fit_are_said_to_be_on_the_public_list(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "MOST_ROWS", 1)
    page = desk.post(url(letter), form(what="names"))
    assert (page.status_code, "the public list can be downloaded" in page.text) == (422, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "passwords"},
        {"purpose": "  "},
        {"purpose": "x" * 201},
        {"purpose": "\u202eNews"},
        {"passphrase": "easy to guess"},
        {"is_copied": ""},
        {"after": "-1"},
        {"after": "9" * 40},
    ],
    ids=str,
)
def test_what_is_not_said_gets_no_file(desk: Client, letter: Letter, wrong: dict[str, str]) -> None:
    typed = form(**wrong)
    page = desk.post(url(letter), typed)
    assert (page.status_code, "Please check the following" in page.text) == (422, True)
    assert not AuditEntry.objects.filter(action="export_addresses").exists()


def test_where_nobody_agreed_there_is_no_file(desk: Client, letter: Letter) -> None:
    Signature.objects.update(consent_updates=False)
    page = desk.post(url(letter), form())
    assert (page.status_code, "nobody to stand in this file" in page.text) == (422, True)


def test_each_file_is_in_the_trail_and_told_to_other_owners_once(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    other = make_organizer(team=letter.team, email="other@open-stage.example")
    make_organizer(team=letter.team, email="editor@open-stage.example", role=Role.EDITOR)
    for _twice in range(2):
        assert desk.post(url(letter), form()).status_code == 200
    entries = AuditEntry.objects.values_list("action", "subject", "detail", "organizer")
    told = ("export_addresses", f"letter {letter.slug}", PURPOSE, ottilie.pk)
    assert list(entries) == [told, told]
    account_mail.send_owed()
    assert [each.to for each in mail.outbox] == [[other.email]]
    body = str(mail.outbox[0].body)
    assert ("Ottilie Fenn downloaded an encrypted file" in body, PURPOSE in body) == (True, False)
    assert PURPOSE in desk.get(url(letter)).text


def test_who_is_removed_while_it_is_made_gets_nothing(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed(content: bytes, *, passphrase: str) -> bytes:
        Membership.objects.filter(organizer=ottilie).delete()
        return content

    client = proved(ottilie)
    monkeypatch.setattr(passphrases, "seal", removed)
    assert client.post(url(letter), form()).status_code == 404
    assert not AuditEntry.objects.filter(action="export_addresses").exists()


def test_very_many_are_refused(desk: Client, letter: Letter) -> None:
    answers = [desk.post(url(letter), form()).status_code for _each in range(21)]
    assert (set(answers[:20]), answers[20]) == ({200}, 422)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_two_entries_and_one_mail(
    letter: Letter, ottilie: Organizer
) -> None:
    make_organizer(team=letter.team, email="other@open-stage.example")

    def press() -> str:
        return exporting.export(
            letter=letter,
            organizer=ottilie,
            what=What.ADDRESSES,
            purpose=PURPOSE,
            passphrase=passphrases.fresh(),
        ).name

    calls: list[Callable[[], Any]] = [press, press]
    assert len(set(at_once(calls))) == 1
    assert AuditEntry.objects.filter(action="export_addresses").count() == 2
    assert AccountMail.objects.count() == 1


def test_who_is_an_owner_elsewhere_is_none_here(letter: Letter) -> None:
    stranger = make_organizer(team=make_team(slug="strangers"), email="owner@other.example")
    with pytest.raises(NoOwner):
        exporting.export(
            letter=letter,
            organizer=stranger,
            what=What.ADDRESSES,
            purpose=PURPOSE,
            passphrase=passphrases.fresh(),
        )
