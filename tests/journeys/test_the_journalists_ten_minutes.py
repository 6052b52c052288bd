"""Piet has ten minutes: is the number true, who says so, and may he show a picture?"""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from campaign.letters import press_pictures
from campaign.letters.models import Letter
from campaign.organizers.models import Role
from signatures.models import Checkpoint
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.sequencer import verifier_of
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR, SALMA
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of
from tests.signatures import factories
from tests.signatures.factories import PASSWORD, make_organizer

ODILE = "odile@working-artists.example"


@pytest.fixture
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A photograph that also tells where it was taken."""
    path = tmp_path_factory.mktemp("pictures") / "table.jpg"
    exif = Image.Exif()
    exif[0x010E] = "at Odile’s kitchen table"
    written = io.BytesIO()
    Image.new("RGB", (1200, 800), (40, 60, 120)).save(written, "JPEG", exif=exif)
    path.write_bytes(written.getvalue())
    return str(path)


def test_odile_writes_the_press_page_and_piet_finds_all_that_he_needs(
    page: Page, site: str, letter: Letter, picture: str
) -> None:
    make_organizer(team=letter.team, email=ODILE, role=Role.PRESS)
    page.goto(f"{site}/desk/letters/{letter.slug}/press/")
    page.locator("[name=login]").fill(ODILE)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("Embargo").fill("Please publish from 22 October 2026, 06:00 UTC.")
    page.get_by_label("Facts").fill("The letter began at a kitchen table.")
    page.get_by_label("Funding").fill("Members’ fees; nobody else pays.")
    page.get_by_label("Contact for the press").fill("Odile Marchetti")
    page.get_by_label("Public e-mail address").fill("press@working-artists.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It is on the press page.")).to_be_visible()
    page.get_by_role("button", name="Add a quote").click()
    page.get_by_label("Words").fill("Nobody asked us.")
    page.get_by_label("Who says it").fill("Odile Marchetti")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a picture").click()
    # She takes the wrong file first.
    page.get_by_label("Picture").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"<html>no picture</html>"}
    )
    page.get_by_label("What it shows").fill("A table with the letter on it")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error").first).to_have_text("This is no JPEG, PNG or WebP picture.")
    looks_right(page)
    page.get_by_label("Picture").set_input_files(picture)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name="A table with the letter on it")).to_be_visible()
    looks_right(page)

    page.context.clear_cookies()
    page.goto(f"{site}/letters/{letter.slug}/")
    page.get_by_role("link", name="For the press").click()
    for words in ("The letter began at a kitchen table.", "Nobody asked us.", "Members’ fees"):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("link", name="press@working-artists.example")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download, 1,200 × 800 pixels").click()
    downloaded = downloading.value.path().read_bytes()
    assert Image.open(io.BytesIO(downloaded)).size == (1200, 800)
    assert b"kitchen" not in downloaded
    looks_right(page)


def test_piet_checks_a_number_on_his_phone(phone: Page, site: str, letter: Letter) -> None:
    phone.goto(f"{site}/letters/{letter.slug}/press/")
    today = timezone.now().date()
    phone.get_by_label("Claim").fill(f"3 by {today:%d %B %Y}")
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("status")).to_contain_text("Yes.")
    expect(phone.get_by_role("status")).to_contain_text("The count is 3 signatures")
    phone.get_by_text("The exact figure, by level, and what proves it").click()
    note = phone.get_by_label("The signed checkpoint").inner_text()
    checkpoint = open_checkpoint(note=note.strip() + "\n", verifier=verifier_of(letter))
    assert checkpoint.size == count_of(letter)["size"]
    looks_right(phone)
    # The figures behind the drawings, for whoever cannot see them.
    phone.locator("summary", has_text="The figures: Professions").click()
    expect(phone.get_by_role("row", name="Composer 1")).to_be_visible()
    looks_right(phone)

    phone.get_by_label("Claim").fill("exactly 3 by today")
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("status")).to_contain_text("That is exactly 3, not more.")
    phone.get_by_label("Claim").fill("many")
    phone.get_by_role("button", name="Check").click()
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    expect(phone.locator(".error").first).to_have_text("Please use digits, for example 10,500.")
    looks_right(phone)


def test_piet_cites_it_learns_what_he_may_use_and_who_runs_the_site(
    phone: Page, site: str, letter: Letter
) -> None:
    # So that the count stands for a minute that is over.
    made = timezone.now() - timedelta(minutes=3)
    Checkpoint.objects.filter(letter_id=letter.pk).update(as_of=made)
    phone.goto(f"{site}/letters/{letter.slug}/")
    line = phone.locator(".counted")
    expect(line).to_contain_text("3 signatures")
    line.get_by_role("link", name="For the press").click()
    expect(phone.get_by_text("No embargo: everything on this page may be used")).to_be_visible()
    contents = phone.get_by_role("navigation", name="On this page, and beside it")
    contents.get_by_role("link", name="What you may use").click()
    expect(phone.get_by_text("Please do not republish the whole list")).to_be_in_viewport()
    looks_right(phone)
    contents.get_by_role("link", name="Cite").click()
    cited = phone.locator(".cite-line bdi.ltr").inner_text()
    phone.locator("summary", has_text="For a reference manager").click()
    expect(phone.get_by_label("BibTeX")).to_contain_text(cited)
    looks_right(phone)
    phone.goto(cited)
    expect(phone.get_by_role("button", name="Copy this line")).to_be_visible()
    expect(phone.locator(".cite-line bdi.ltr")).to_contain_text("/press/?claim=")
    expect(phone.get_by_role("status")).to_contain_text("Yes.")
    expect(phone.get_by_role("status")).to_contain_text("3 signatures")
    # All six columns of the figures are to be seen, or can be scrolled to.
    phone.locator("summary", has_text="The figures: Countries").click()
    table = phone.get_by_role("region", name="Countries")
    assert table.evaluate("node => node.scrollWidth - node.clientWidth") == 0
    contents.get_by_role("link", name="Corrections").click()
    expect(phone.get_by_text("has not been changed since it was published")).to_be_visible()
    expect(phone.get_by_text("Nobody has left the list so far")).to_be_visible()
    looks_right(phone)
    phone.get_by_role("contentinfo").get_by_role("link", name="About this site").click()
    expect(phone.get_by_role("heading", name="Who runs it")).to_be_visible()
    expect(phone.get_by_text("Saltmarsh Letters Trust")).to_be_visible()
    looks_right(phone)
    phone.goto(f"{site}/ar/about/")
    looks_right(phone)


def test_odile_captions_her_picture_in_arabic(page: Page, site: str, letter: Letter) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (120, 80), (40, 60, 120)).save(drawn, "PNG")
    press_pictures.add_picture(
        letter=letter, data=drawn.getvalue(), description="A table", credit="Odile"
    )
    make_organizer(team=letter.team, email=ODILE, role=Role.PRESS)
    page.goto(f"{site}/desk/letters/{letter.slug}/press/")
    page.locator("[name=login]").fill(ODILE)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Change A table").click()
    words = page.get_by_role("navigation", name="Languages of these words")
    words.get_by_role("link", name="العربية").click()
    page.get_by_label("What it shows").fill("طاولة")
    page.get_by_label("Credit").fill("أوديل")
    looks_right(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It is on the press page.")).to_be_visible()
    page.goto(f"{site}/ar/letters/{letter.slug}/press/")
    expect(page.get_by_role("img", name="طاولة")).to_be_visible()
    page.goto(f"{site}/letters/{letter.slug}/press/")
    expect(page.get_by_role("img", name="A table")).to_be_visible()


def test_piet_checks_it_in_arabic_and_in_arabic_digits(
    page: Page, site: str, letter: Letter
) -> None:
    page.goto(f"{site}/ar/letters/{letter.slug}/press/")
    page.locator("[name=claim]").fill("ما لا يقل عن ٣ توقيعات حتى اليوم")
    page.locator("#check button").click()
    expect(page.get_by_role("status")).to_contain_text("٣")
    expect(page.locator(".answer.bad")).to_have_count(0)
    looks_right(page)


def test_piet_follows_a_number_through_the_days_without_a_browser(letter: Letter) -> None:
    """What he was told on the first day is still answered the same when more have signed."""
    before = timezone.now() - timedelta(days=1)
    piet = Visitor().goes_to(f"/letters/{letter.slug}/press/")
    piet.sends("Check", claim=f"1 by {before:%d %B %Y}")
    assert "No. Nobody had signed" in piet.text
    piet.sends("Check", claim="5", by="")
    assert "That is 2 fewer than 5. There have never been 5 at one time." in piet.text
    factories.listed(letter, NOOR, SALMA)
    piet.sends("Check", claim="٥", by="")
    assert "At least 5 signatures now? Yes. The count is 5 signatures" in piet.text
    assert "5 was first reached on" in piet.text
    link = piet.page.links["Link to this answer"]
    assert "Yes. The count was 5 signatures" in piet.goes_to(link).text
    assert piet.text == Visitor().goes_to(link).text
    piet.goes_to(f"/letters/{letter.slug}/press/").sends("Check", claim="more than 5", by="")
    assert "More than 5 signatures now? No. The count is 5 signatures" in piet.text
    assert "That is exactly 5, not more." in piet.text
    factories.listed(letter, factories.BRIGID)
    assert "Yes. The count was 5 signatures" in piet.goes_to(link).text
    piet.goes_to(f"/letters/{letter.slug}/press/").sends("Check", claim="6 plumbers", by="")
    assert "This check does not know the word “plumbers”." in piet.text
    assert "6 plumbers" in [form.fields.get("claim") for form in piet.page.forms]
