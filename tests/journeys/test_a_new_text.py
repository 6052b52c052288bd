"""Ilse wants another text under the names that she has. She needs a colleague; the names stay."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page

from campaign.letters.models import Letter
from campaign.organizers.models import Role
from signatures.forms.signer.signing import SIGN
from signatures.tasks import ask_about_new_texts
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSES_PASSWORD, NOOR, ilse, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import link_in, mails_to, the_mail_to, the_workers_run
from tests.signatures import factories
from tests.signatures.factories import SALMA, confirmed, make_organizer, make_team, sequence
from tests.signatures.views.visitors import link_url

pytestmark = pytest.mark.django_db

RUTH = "ruth@working-artists.example"
OPPOSITE = {
    "title": "Take what is ours",
    "addressee": "To whoever wants it",
    "body": "We do not ask to be asked.",
}


def at_the_desk(address: str) -> Visitor:
    visitor = Visitor().goes_to("/desk/")
    return visitor.sends("Log in", login=address, password=ILSES_PASSWORD)


def test_ilse_exchanges_the_text_and_no_name_stands_under_what_was_not_signed() -> None:
    owner = ilse()
    make_organizer(team=make_team(slug="working-artists"), email=RUTH, role=Role.EDITOR)
    letter = factories.open_letter(team=make_team(slug="working-artists"))
    here = f"/letters/{letter.slug}/"

    noor = Visitor().goes_to(here).sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer=SIGN)
    salma = Visitor().goes_to(here).sends("Sign the letter", **typed_by(SALMA))
    the_workers_run()

    # Ilse alone cannot.
    at_ilses = at_the_desk(owner.email).goes_to(f"/desk/letters/{letter.slug}/texts/")
    at_ilses.sends("Begin a new version of the text")
    at_ilses.goes_to(f"/desk/letters/{letter.slug}/texts/en/").sends("Save the text", **OPPOSITE)
    at_ilses.goes_to(f"/desk/letters/{letter.slug}/publish/").sends(
        "Propose this version", sort="new"
    )
    assert "has to approve it" in at_ilses.text
    assert "Approve, publish and freeze" not in at_ilses.page.forms[-1].buttons
    assert OPPOSITE["title"] not in Visitor().goes_to(here).text

    at_ruths = at_the_desk(RUTH).goes_to(f"/desk/letters/{letter.slug}/publish/")
    at_ruths.sends("Approve, publish and freeze")
    the_workers_run()

    reader = Visitor().goes_to(here)
    assert OPPOSITE["title"] in reader.text
    assert "0 signatures under version 2" in reader.text
    assert "1 signed version 1, another text." in reader.text
    reader.follows("What changed")
    assert "What changed from version 1 to version 2" in reader.text
    reader.goes_to(f"{here}signatories/1/")
    assert factories.ENGLISH["title"] in reader.text
    assert OPPOSITE["title"] not in reader.text

    # Salma has read version 1, and opens her mail now.
    salma.goes_to(link_in(the_mail_to(SALMA)))
    assert "you read version 1, and version 2 stands now" in salma.text
    assert OPPOSITE["body"] in salma.text
    salma.sends("Send my answer to version 2", answer=SIGN)
    the_workers_run()
    assert "1 signature under version 2" in Visitor().goes_to(here).text

    # Noor is asked once, and goes.
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        for _each in range(2):
            ask_about_new_texts()
        the_workers_run()
        subject = f"“{factories.ENGLISH['title']}” has a new text: “{OPPOSITE['title']}”"
        assert mails_to(NOOR).count(subject) == 1
        noor.goes_to(link_in(the_mail_to(NOOR)))
        assert "Version 2 stands now, and is another text" in noor.text
        noor.follows("Read the new text, and sign it")
        assert OPPOSITE["body"] in noor.text
        noor.follows("Stay with version 1")
        assert "1 signed version 1, another text." in Visitor().goes_to(here).text
        noor.follows("Withdraw my signature").sends("Withdraw my signature", agree="on")
        the_workers_run()
        assert "another text" not in Visitor().goes_to(here).text


@pytest.mark.parametrize("language", ["", "/ar"])
def test_the_pages_of_two_versions_look_right(
    phone: Page, site: str, letter: Letter, language: str
) -> None:
    waiting = factories.pending(letter, NOOR)
    signed = confirmed(letter, SALMA)
    factories.publish_version(letter, **OPPOSITE)
    confirmed(letter, factories.BRIGID)
    sequence(letter)
    here = f"{language}/letters/{letter.slug}/"
    for path in (
        here,
        f"{here}versions/",
        f"{here}versions/1/",
        f"{here}versions/1-2/",
        f"{here}signatories/",
        f"{here}signatories/1/",
        f"{language}{link_url(waiting)}",
        f"{language}{link_url(signed)}",
        f"{language}{link_url(signed, 'text/')}",
    ):
        phone.goto(f"{site}{path}")
        looks_right(phone)
