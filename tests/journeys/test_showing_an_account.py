"""Noor shows an account that is hers, Piet follows it, and Vlad would like to have it as well."""

from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.verification.accounts import profiles
from signatures.verification.accounts.profiles import Shown
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR, SALMA, VLAD, typed_by
from tests.journeys.visitor import Visitor, said
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures import factories
from tests.signatures.factories import Person
from tests.signatures.verification.accounts.oidc import LABEL, SaltHouse, is_offered, salt_house
from tests.signatures.verification.accounts.oidc import NOOR as NOOR_THERE
from tests.signatures.views.visitors import link_url

SIGN_IN = f"Sign in at {LABEL}"
HANDLE = "@noor.viola"
INVENTED = "Sign in at Cockleshell (invented)"


@pytest.fixture(scope="module")
def running() -> Iterator[SaltHouse]:
    with salt_house() as house:
        yield house


@pytest.fixture
def house(running: SaltHouse, settings: Settings) -> SaltHouse:
    is_offered(running, settings)
    return running


def on_the_page_of(letter: Letter, who: Person) -> Visitor:
    """Signed and confirmed, and about to show who they are."""
    language = "" if who.language == "en" else f"/{who.language}"
    visitor = Visitor().goes_to(f"{language}/letters/{letter.slug}/")
    visitor.sends(said(who.language, "Sign the letter"), **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who)))
    visitor.sends(said(who.language, "Send my answer"), answer="sign")
    the_workers_run()
    return visitor.follows(said(who.language, "Show that it’s you"))


def the_list(letter: Letter) -> str:
    return " ".join(Visitor().goes_to(f"/letters/{letter.slug}/signatories/").text.split())


def sent_to(visitor: Visitor) -> str:
    return unescape(visitor.page.links["Go on"])


@pytest.mark.django_db
def test_noor_shows_her_account_and_takes_it_back(letter: Letter, house: SaltHouse) -> None:
    noor = on_the_page_of(letter, NOOR)
    before = count_of(letter)
    noor.sends(SIGN_IN)
    noor.goes_to(house.refuses(sent_to(noor)))
    assert "You cancelled. Nothing has changed" in noor.text
    noor.sends(SIGN_IN)
    noor.goes_to(house.signs_in(sent_to(noor)))
    assert "Readers see it." in noor.text
    assert f"account {HANDLE} at {LABEL}, " in the_list(letter)
    after = count_of(letter)
    assert after["levels"]["2"] == before["levels"]["2"] + 1
    assert after["size"] == before["size"] + 1

    noor.sends("Take this proof back")
    assert HANDLE not in the_list(letter)
    assert count_of(letter)["levels"] == before["levels"]


@pytest.mark.django_db
def test_vlad_cannot_have_it_as_well(letter: Letter, house: SaltHouse) -> None:
    noor, vlad = on_the_page_of(letter, NOOR), on_the_page_of(letter, VLAD)
    noor.sends(SIGN_IN)
    back = house.signs_in(sent_to(noor))
    vlad.goes_to(back)
    assert "Nothing was shown or changed." in vlad.text
    noor.goes_to(back)
    vlad.goes_to(link_in(the_mail_to(VLAD))).follows("Show that it’s you").sends(SIGN_IN)
    vlad.goes_to(house.signs_in(sent_to(vlad), NOOR_THERE.sub))
    assert "stands at another signature of this letter already" in vlad.text
    noor.goes_to(link_in(the_mail_to(NOOR))).follows("Withdraw my signature")
    noor.sends("Withdraw my signature", agree="on")
    vlad.sends(SIGN_IN)
    vlad.goes_to(house.signs_in(sent_to(vlad), NOOR_THERE.sub))
    assert "Readers see it." in vlad.text


@pytest.mark.django_db
def test_salma_comes_back_to_arabic(letter: Letter, house: SaltHouse) -> None:
    salma = on_the_page_of(letter, SALMA)
    button = next(each for form in salma.page.forms for each in form.buttons if LABEL in each)
    salma.sends(button)
    [url] = [url for url in salma.page.links.values() if url.startswith(house.url)]
    salma.goes_to(house.signs_in(unescape(url)))
    assert salma.page.root["lang"] == "ar"
    assert HANDLE in salma.text


@pytest.mark.django_db
def test_a_profile_is_followed_by_whoever_doubts(
    letter: Letter, house: SaltHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = f"https://salthouse.example/{HANDLE}"
    monkeypatch.setattr(profiles, "_openid_connect", lambda *_told: Shown(HANDLE, profile))
    noor = on_the_page_of(letter, NOOR)
    noor.sends(SIGN_IN)
    noor.goes_to(house.signs_in(sent_to(noor)))
    assert noor.page.links[profile] == profile
    piet = Visitor().goes_to(f"/letters/{letter.slug}/signatories/")
    assert piet.page.links[HANDLE] == profile
    assert f'<a href="{profile}" rel="nofollow noopener noreferrer ugc">' in piet.html


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_in_the_browser_from_page_to_page(
    page: Page, site: str, letter: Letter, house: SaltHouse, size: str
) -> None:
    if size == "phone":
        page.set_viewport_size({"width": 390, "height": 844})
    # The looks of their page come from elsewhere, where nobody is.
    page.route(
        lambda url: not url.startswith(site) and "/oauth2/" not in url,
        lambda route: route.fulfill(body="", content_type="text/css"),
    )
    [signature] = factories.listed(letter, NOOR)
    page.goto(urljoin(site, link_url(signature, "proofs/")))
    looks_right(page)
    page.get_by_role("button", name=SIGN_IN).click()
    # Sent on by itself, to a page that is not ours.
    page.get_by_role("button", name=NOOR_THERE.sub).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{LABEL} · {HANDLE}")
    expect(page.get_by_text("Readers see it.")).to_be_visible()
    looks_right(page)
    # Nothing of the way stays behind.
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "desk"] == []


def test_at_the_invented_service_of_the_demo(page: Page, site: str, letter: Letter) -> None:
    [signature] = factories.listed(letter, NOOR)
    page.goto(urljoin(site, link_url(signature, "proofs/")))
    page.get_by_role("button", name=INVENTED).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cockleshell")
    looks_right(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("You cancelled. Nothing has changed")
    looks_right(page)
    page.get_by_role("button", name=INVENTED).click()
    page.get_by_label("Username").fill("noor")
    page.get_by_label("Account ID").fill("7")
    page.get_by_role("button", name="Tell whose account it is").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cockleshell (invented) · @noor")
