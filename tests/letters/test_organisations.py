"""Organisations behind a letter: named once they agreed by their own link, to one version."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from campaign.letters import closing, drafting, errors, organisations, publishing, takedown
from campaign.letters.models import Letter, Organisation
from campaign.organizers import account_mail
from campaign.organizers.models import AuditEntry, Organizer, Role
from tests.signatures.factories import make_organizer, make_team, open_letter

pytestmark = pytest.mark.django_db

NOW = datetime(2032, 5, 4, 12, tzinfo=UTC)
NAME = "Lantern Street Readers"
EMAIL = "office@lantern-readers.example"
TITLE = "For work that is ours"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def owner(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, email="first@team.example")


@pytest.fixture
def asked(letter: Letter, owner: Organizer) -> Organisation:
    return ask(letter, owner)


def ask(letter: Letter, owner: Organizer, **given: Any) -> Organisation:
    told: dict[str, Any] = {"name": NAME, "email": EMAIL, "language": "en", "now": NOW} | given
    return organisations.ask(letter=letter, organizer=owner, **told)


def url_of(organisation: Organisation) -> str:
    return f"/o/{organisations.token_for(organisation)}/"


def desk_of(letter: Letter) -> str:
    return f"/desk/letters/{letter.slug}/organisations/"


def agree(organisation: Organisation, *, seen: object = 1) -> int:
    return Client().post(url_of(organisation), {"deed": "agree", "seen": seen}).status_code


def is_named(letter: Letter, name: str = NAME) -> bool:
    return name in Client().get(f"/letters/{letter.slug}/").text


def new_version(letter: Letter) -> None:
    text = drafting.start_revision(letter=letter)
    text.translations.update(body="Another text altogether, which asks for more than the first.")
    publishing.publish(letter=letter, now=NOW)


def test_one_that_agreed_is_named_and_one_that_withdrew_is_not(
    letter: Letter, asked: Organisation
) -> None:
    assert is_named(letter) is False
    page = Client().get(url_of(asked))
    assert [words in page.text for words in (TITLE, NAME, "Agree, and be named")] == [True] * 3
    # Looking agrees to nothing: programs that look into mail look, too.
    assert is_named(letter) is False
    assert agree(asked) == 303
    public = Client().get(f"/letters/{letter.slug}/").text
    assert 'from an address at <bdi class="ltr">lantern-readers.example</bdi>' in public
    assert EMAIL not in public
    assert "Agree, and be named" not in Client().get(url_of(asked)).text
    assert Client().post(url_of(asked), {"deed": "withdraw"}).status_code == 200
    assert is_named(letter) is False
    asked.refresh_from_db()
    assert (asked.email, asked.ended_at) == ("", NOW)
    assert agree(asked) == 404


def test_a_form_that_is_sent_as_it_stands_does_nothing(letter: Letter, asked: Organisation) -> None:
    page = Client().get(url_of(asked)).text
    assert re.findall(r"<input type=\"radio\"[^>]*\bchecked", page) == []
    assert page.count('type="radio"') == 2
    for sent in ({"seen": "1"}, {"seen": "1", "deed": ""}, {"seen": "1", "deed": "both"}, {}):
        response = Client().post(url_of(asked), sent)
        assert response.status_code == 422
        assert "Please choose an answer. Nothing has been sent yet." in response.text
    asked.refresh_from_db()
    assert (asked.agreed_at, asked.ended_at, is_named(letter)) == (None, None, False)


def test_its_page_is_kept_nowhere_and_its_link_is_told_to_no_site(asked: Organisation) -> None:
    response = Client().get(url_of(asked))
    headers = [response[name] for name in ("Referrer-Policy", "X-Robots-Tag")]
    assert headers == ["no-referrer", "noindex"]
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_it_agrees_to_the_version_that_it_read(letter: Letter, asked: Organisation) -> None:
    new_version(letter)
    assert agree(asked) == 409
    assert is_named(letter) is False
    assert agree(asked, seen=2) == 303
    assert "agreed to version 2," in Client().get(f"/letters/{letter.slug}/").text


def test_a_later_version_is_another_that_it_has_to_agree_to(
    letter: Letter, asked: Organisation
) -> None:
    agree(asked)
    new_version(letter)
    public = Client().get(f"/letters/{letter.slug}/").text
    assert ("agreed to version 1," in public, "agreed to version 2," in public) == (True, False)
    page = Client().get(url_of(asked)).text
    assert "You agreed to version 1. Above stands version 2." in page
    assert agree(asked, seen=2) == 303
    assert "agreed to version 2," in Client().get(f"/letters/{letter.slug}/").text


def test_one_that_was_taken_out_cannot_agree(
    client: Client, letter: Letter, owner: Organizer, asked: Organisation
) -> None:
    client.force_login(owner)
    url = f"{desk_of(letter)}{asked.pk}/remove/"
    assert [client.post(url).status_code for _twice in range(2)] == [303, 303]
    assert (agree(asked), Client().get(url_of(asked)).status_code) == (404, 404)
    with pytest.raises(errors.OrganisationUnknown):
        organisations.agree(organisation=asked, text=letter.texts.get(), now=NOW)
    trail = AuditEntry.objects.order_by("pk").values_list("action", "detail")
    told = f"{asked.pk}, {NAME}"
    assert list(trail) == [("ask_organisation", told), ("remove_organisation", told)]


def test_no_link_but_its_own_opens_anything(
    letter: Letter, owner: Organizer, asked: Organisation
) -> None:
    other = ask(letter, owner, name="Quarry Hill Choir", email="a@choir.example")
    head = organisations.token_for(other)[:11]
    for token in ("x", "A" * 32, head + organisations.token_for(asked)[11:]):
        assert (token, Client().get(f"/o/{token}/").status_code) == (token, 404)


def test_a_letter_under_embargo_is_read_by_the_link_alone(letter: Letter, owner: Organizer) -> None:
    hour = NOW + timedelta(hours=18)
    Letter.objects.filter(pk=letter.pk).update(embargo_until=hour)
    asked = ask(letter, owner)
    page = Client().get(url_of(asked)).text
    assert (TITLE in page, "under embargo until 5 May 2032, 06:00" in page) == (True, True)
    assert agree(asked) == 303
    assert Client().get(f"/letters/{letter.slug}/").status_code == 404
    with time_machine.travel(hour, tick=False):
        assert is_named(letter) is True


def test_a_letter_that_was_taken_down_is_not_read_by_the_link(
    letter: Letter, owner: Organizer, asked: Organisation
) -> None:
    takedown.take_down(letter=letter, operator=owner, because="A court ordered it.", now=NOW)
    assert (Client().get(url_of(asked)).status_code, agree(asked)) == (404, 404)


def test_it_may_withdraw_but_not_agree_once_the_letter_is_closed(
    letter: Letter, owner: Organizer, asked: Organisation
) -> None:
    other = ask(letter, owner, name="Quarry Hill Choir", email="a@choir.example")
    agree(other)
    closing.close_letter(letter=letter, now=NOW)
    assert (agree(asked), "Agree, and be named" in Client().get(url_of(asked)).text) == (409, False)
    assert is_named(letter, other.name) is True
    Client().post(url_of(other), {"deed": "withdraw"})
    assert is_named(letter, other.name) is False


def test_the_mail_has_the_link_and_no_title_and_the_desk_has_no_link(
    client: Client, letter: Letter, owner: Organizer
) -> None:
    client.force_login(owner)
    client.post(desk_of(letter), {"name": NAME, "email": EMAIL})
    account_mail.send_owed()
    [sent] = mail.outbox
    asked = Organisation.objects.get()
    assert (sent.to, url_of(asked) in sent.body) == ([EMAIL], True)
    assert TITLE.lower() not in str(sent.message()).lower()
    page = client.get(desk_of(letter)).text
    # An organizer cannot agree for it.
    assert (NAME in page, organisations.token_for(asked) in page) == (True, False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Lantern \u202eStreet", "invisible control character U+202E"),
        ("  ", "Give the organisation’s name."),
        ("x" * 121, "120"),
        ("Harbour Wrlters", "A team of this site is called so, or nearly so."),
        (NAME, "An organisation of this name was asked already."),
    ],
)
def test_a_name_that_misleads_is_not_asked(
    client: Client, letter: Letter, owner: Organizer, asked: Organisation, name: str, said: str
) -> None:
    make_team(slug="harbour-writers")
    client.force_login(owner)
    response = client.post(desk_of(letter), {"name": name, "email": EMAIL})
    assert (response.status_code, said in response.text) == (422, True)
    assert Organisation.objects.count() == 1


def test_a_name_is_shown_as_it_is_typed(letter: Letter, owner: Organizer) -> None:
    agree(ask(letter, owner, name="<b>Loud</b> & Co"))
    public = Client().get(f"/letters/{letter.slug}/").text
    assert "<bdi>&lt;b&gt;Loud&lt;/b&gt; &amp; Co</bdi>" in public


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OWNER, True),
        (Role.EDITOR, True),
        (Role.PRESS, False),
        (Role.VETTER, False),
        (Role.VIEWER, False),
    ],
)
def test_who_may_ask_and_take_out(
    client: Client, letter: Letter, asked: Organisation, role: Role, *, may: bool
) -> None:
    client.force_login(make_organizer(team=letter.team, email="o@team.example", role=role))
    url = desk_of(letter)
    answers = [
        client.get(url),
        client.post(url, {"name": "Quarry Hill Choir", "email": "a@choir.example"}),
        client.post(f"{url}{asked.pk}/remove/"),
    ]
    assert [each.status_code != 404 for each in answers] == [may] * 3


def test_an_organisation_of_another_letter_is_not_found(
    client: Client, letter: Letter, asked: Organisation
) -> None:
    other = open_letter(slug="other", team=make_team(slug="others"))
    client.force_login(make_organizer(team=other.team, email="o@others.example"))
    assert client.post(f"{desk_of(other)}{asked.pk}/remove/").status_code == 404
    assert client.post(f"{desk_of(letter)}{asked.pk}/remove/").status_code == 404


def test_a_letter_asks_so_many_at_most(
    letter: Letter, owner: Organizer, asked: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisations, "MAX_ORGANISATIONS", 1)
    organisations.remove(organisation=asked, organizer=owner, now=NOW)
    with pytest.raises(errors.TooManyOrganisations):
        ask(letter, owner)


def test_what_is_over_is_forgotten_after_thirty_days(letter: Letter, owner: Organizer) -> None:
    unanswered = ask(letter, owner, name="Never answered")
    ended = ask(letter, owner, name="Quarry Hill Choir")
    stays = ask(letter, owner, name="Seven Bridges Band")
    agree(ended)
    agree(stays)
    organisations.withdraw(organisation=ended, now=NOW)
    assert organisations.forget_old(now=NOW + timedelta(days=30)) == 0
    assert organisations.forget_old(now=NOW + timedelta(days=30, seconds=1)) == 2
    assert list(Organisation.objects.all()) == [stays]
    assert Client().get(url_of(unanswered)).status_code == 404
