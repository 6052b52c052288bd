"""Noor shows that it is her, in every way that she can, and Piet reads what that is worth."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.models import Proof
from signatures.tasks import check_due_proofs
from signatures.verification import placed_line
from signatures.verification.network import environment
from tests.journeys.personas import NOOR, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import code_in, count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import Person
from tests.signatures.verification.fake_internet import LocalWorld

SITE = "noor-viola.example"
ORCHESTRA = "low-water-orchestra.example"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


def on_the_page_of(letter: Letter, who: Person) -> Visitor:
    """Signed and confirmed, and about to show who they are."""
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()
    return visitor.follows("Show that it’s you")


def the_list(letter: Letter) -> str:
    return " ".join(Visitor().goes_to(f"/letters/{letter.slug}/signatories/").text.split())


def the_next_look() -> None:
    check_due_proofs()
    the_workers_run()


def test_noor_shows_her_site_and_readers_see_which_and_when(
    letter: Letter, world: LocalWorld
) -> None:
    noor = on_the_page_of(letter, NOOR)
    before = count_of(letter)
    site = world.site(SITE)
    site.front("<h1>Noor plays the viola</h1>")
    noor.sends("Show this site", subject=f"https://{SITE}/")
    noor.sends("I have placed it: look now")
    assert "We are looking" in noor.text
    the_next_look()
    noor.follows("See what we found")
    assert "the token was not there" in noor.text
    assert "controls" not in the_list(letter)

    site.front(f"<h1>Noor plays the viola</h1>{_link_on(noor)}")
    noor.sends("I have placed it: look now")
    the_next_look()
    noor.follows("See what we found")
    assert "Readers see it." in noor.text
    assert f"controls {SITE} (a mark on the site), " in the_list(letter)
    after = count_of(letter)
    assert after["levels"] == before["levels"] | {
        "1": before["levels"]["1"] - 1,
        "2": before["levels"]["2"] + 1,
    }
    assert after["size"] == before["size"] + 1

    noor.sends("Take this proof back")
    assert "controls" not in the_list(letter)
    assert count_of(letter)["levels"] == before["levels"]


def test_noor_shows_her_domain_and_loses_it(letter: Letter, world: LocalWorld) -> None:
    noor = on_the_page_of(letter, NOOR)
    noor.sends("Show this domain", subject=SITE)
    token = Proof.objects.get().token
    world.says(f"_undersigned.{SITE}", "TXT", placed_line.LABEL + token)
    noor.sends("I have placed it: look now")
    the_next_look()
    assert f"controls {SITE} (a DNS record), " in the_list(letter)

    world.records.clear()
    a_month_on = timezone.now() + timedelta(days=30)
    with time_machine.travel(a_month_on):
        the_next_look()
        assert "not found since; taken off on" in the_list(letter)
        noor.goes_to(link_in(the_mail_to(NOOR))).follows("Show that it’s you")
        assert "put it back until then" in noor.text
    for days in range(1, 16):
        with time_machine.travel(a_month_on + timedelta(days=days)):
            the_next_look()
    assert "controls" not in the_list(letter)
    assert count_of(letter)["levels"]["2"] == 0


def test_noor_shows_where_she_plays_by_a_code_from_her_mailbox_there(
    letter: Letter, world: LocalWorld
) -> None:
    noor = on_the_page_of(letter, NOOR)
    noor.sends("Send me a code", subject=f"noor@{ORCHESTRA}")
    the_workers_run()
    message = the_mail_to(f"noor@{ORCHESTRA}")
    assert NOOR.details.name not in message.as_string()
    assert "/s/" not in message.as_string()
    noor.sends("Continue", code=code_in(message))
    assert "Readers see it." in noor.text
    the_workers_run()
    shown = the_list(letter)
    assert f"has an e-mail address at {ORCHESTRA}, " in shown
    assert "noor@" not in shown


def test_vlad_gets_nowhere_with_names_that_lead_inward_or_are_not_his(
    letter: Letter, world: LocalWorld
) -> None:
    vlad = on_the_page_of(letter, VLAD)
    for typed in ("127.0.0.1", "https://[::1]/", "localhost", "noor.example:22", "2130706433"):
        vlad.sends("Show this site", subject=typed)
        assert vlad.status == 422
    world.says("rubble.example", "A", "169.254.169.254")
    vlad.sends("Show this site", subject="rubble.example")
    vlad.sends("I have placed it: look now")
    the_next_look()
    vlad.follows("See what we found")
    assert "not on the public internet" in vlad.text
    assert world.connections == 0

    vlad.follows("Show that it’s you").sends("Send me a code", subject="vlad@gmail.com")
    assert "Anybody can get an address there" in vlad.text
    assert "controls" not in the_list(letter)


def _link_on(noor: Visitor) -> str:
    """What the page tells her to place."""
    start = noor.text.index('<a rel="me"')
    return noor.text[start : noor.text.index("</a>", start) + 4]
