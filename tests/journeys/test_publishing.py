"""Ilse writes a letter at the desk, in two languages, and publishes it: what is seen stays so."""

import hashlib

import pytest
from django.test import Client

from campaign.letters.models import Letter, LetterState, Translation
from signatures.models import Signature
from tests.journeys.personas import ILSE, ILSES_PASSWORD, NOOR, SALMA, ilse, typed_by
from tests.journeys.visitor import Visitor, said
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import ARABIC, ENGLISH, make_organizer

pytestmark = pytest.mark.django_db


def at_the_desk(language: str = "en") -> Visitor:
    """She has an account, and logs in as the desk asks her to."""
    ilse()
    desk = "/ar/desk/" if language == "ar" else "/desk/"
    visitor = Visitor().goes_to(desk)
    assert "/accounts/login/" in visitor.path
    visitor.sends(said(language, "Log in"), login=ILSE, password=ILSES_PASSWORD)
    assert visitor.path == desk
    return visitor


@pytest.mark.parametrize("language", ["en", "ar"])
def test_ilse_logs_in_writes_translates_previews_and_publishes_and_the_hash_is_of_the_text(
    language: str,
) -> None:
    def word(english: str) -> str:
        return said(language, english)

    ilse = at_the_desk(language).follows(word("New letter"))
    ilse.sends(word("Preview"), **ENGLISH, language="en")
    assert not Letter.objects.exists()
    ilse.sends(word("Save the draft"), slug="work-that-is-ours")
    assert word("Saved as a draft. Nobody else sees it yet.") in ilse.text
    ilse.sends(word("Add this language"), language="ar")
    ilse.sends(word("Save the text"), **ARABIC)

    public = Visitor()
    assert public.goes_to("/letters/work-that-is-ours/").status == 404
    ilse.follows(word("Preview as the public will see it"))
    title = (ENGLISH if language == "en" else ARABIC)["title"]
    assert title in ilse.text
    assert ilse.page.forms[-1].is_disabled
    ilse.goes_to("/desk/letters/work-that-is-ours/preview/?language=ar")
    assert ARABIC["addressee"] in ilse.text

    ilse.goes_to("/ar/desk/" if language == "ar" else "/desk/").follows(title)
    ilse.follows(word("Texts")).follows(word("Publish…")).sends(word("Publish and freeze"))
    assert word("Published. From now on nobody can change this text.") in ilse.text
    ilse.follows(word("Texts"))

    for home, code, wording in (("", "en", ENGLISH), ("/ar", "ar", ARABIC)):
        public.goes_to(f"{home}/letters/work-that-is-ours/")
        assert wording["title"] in public.text
        text = public.client.get(f"/letters/work-that-is-ours/text/1.{code}.md").content
        assert text.decode().startswith(f"{wording['title']}\n\n{wording['addressee']}\n\n")
        digest = hashlib.sha256(text).hexdigest()
        assert digest in public.html
        assert digest in public.goes_to(f"{home}/letters/work-that-is-ours/record/").html
        assert digest in ilse.text
    assert f'hreflang="{code}"' in public.html


def test_ilse_cannot_publish_what_somebody_changed_since_she_looked() -> None:
    ilse = at_the_desk().follows("New letter")
    ilse.sends("Save the draft", **ENGLISH, language="en", slug="ours")
    ilse.follows("Publish…")
    other_tab = ilse.in_another_tab().goes_to("/desk/letters/ours/texts/en/")
    other_tab.sends("Save the text", title="Quite another title")
    ilse.sends("Publish and freeze")
    assert "The text was changed meanwhile" in ilse.text
    assert Letter.objects.get().state == LetterState.DRAFT
    ilse.sends("Publish and freeze")
    assert "Quite another title" in Visitor().goes_to("/letters/ours/").text


def test_ilse_double_clicks_on_publish_and_it_is_published_once() -> None:
    ilse = at_the_desk().follows("New letter")
    ilse.sends("Save the draft", **ENGLISH, language="en", slug="ours").follows("Publish…")
    twin = ilse.in_another_tab()
    ilse.sends("Publish and freeze")
    twin.sends("Publish and freeze")
    assert "The text is published already." in twin.text
    assert count_of(Letter.objects.get())["size"] == 1


def test_the_second_text_is_signed_by_newcomers_and_the_first_keeps_its_signatures() -> None:
    ilse = at_the_desk().follows("New letter")
    ilse.sends("Save the draft", **ENGLISH, language="en", slug="ours")
    ilse.follows("Publish…").sends("Publish and freeze")
    letter = Letter.objects.get()
    first = Translation.objects.get()

    noor = Visitor().goes_to("/letters/ours/").sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
    salma = Visitor().goes_to("/letters/ours/")

    ilse.follows("Texts").sends("Begin a new version of the text")
    ilse.goes_to("/desk/letters/ours/texts/en/").sends("Save the text", title="Asked and paid")
    assert "Asked and paid" not in Visitor().goes_to("/letters/ours/").text
    ilse.follows("Publish…").sends("Propose this version", sort="new")
    assert "Asked and paid" not in Visitor().goes_to("/letters/ours/").text
    ruth = make_organizer(team=letter.team, email="ruth@working-artists.example")
    at_ruths = Visitor().goes_to("/desk/letters/ours/publish/")
    at_ruths.sends("Log in", login=ruth.email, password=ILSES_PASSWORD)
    at_ruths.goes_to("/desk/letters/ours/publish/").sends("Approve, publish and freeze")
    second = Translation.objects.exclude(pk=first.pk).get()

    # Her page still shows the first text: she is told, reads on, and signs what she has read.
    salma.sends("Sign the letter", **typed_by(SALMA))
    assert salma.status == 409
    assert "The text was changed since you opened this page" in salma.text
    assert "Asked and paid" in salma.text
    salma.sends("Sign the letter")
    the_workers_run()
    salma.goes_to(link_in(the_mail_to(SALMA))).sends("Send my answer", answer="sign")

    assert count_of(letter)["total"] == 2
    signed = {each.email: each.translation for each in Signature.objects.all()}
    assert signed == {NOOR.email: first, SALMA.email: second}
    first.refresh_from_db()
    assert first.title == ENGLISH["title"]
    for number, translation in ((1, first), (2, second)):
        source = Client().get(f"/letters/ours/text/{number}.en.md").content
        assert hashlib.sha256(source).hexdigest() == translation.sha256
    assert ENGLISH["title"] in noor.goes_to(link_in(the_mail_to(NOOR))).text


def test_ilse_closes_her_letter_for_good(letter: Letter) -> None:
    Letter.objects.update(team=ilse().memberships.get().team)
    counted = count_of(letter)
    desk = Visitor().goes_to(f"/desk/letters/{letter.slug}/")
    desk.sends("Log in", login=ILSE, password=ILSES_PASSWORD)
    desk.follows("Close the letter").sends("Close the letter for good")
    assert "Closed. Nobody can sign any more; all stays readable." in desk.text
    assert "Signing is closed" in Visitor().goes_to(f"/letters/{letter.slug}/").text
    closed = count_of(letter)
    assert closed["total"] == counted["total"]
    assert closed["size"] == counted["size"] + 1
    assert "Begin a new version of the text" not in desk.text
