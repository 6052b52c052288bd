"""Small things that a browser shows: focus, keys, the bar that gets out of the way, the preview."""

from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.links import token_for
from signatures.models import Signature
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE, ILSES_PASSWORD, NOOR, ilse
from tests.signatures.factories import ARABIC, ENGLISH, pending


def test_noor_sends_an_empty_form_and_is_led_to_what_is_missing(
    letter: Letter, site: str, phone: Page
) -> None:
    phone.goto(f"{site}/letters/{letter.slug}/")
    phone.get_by_label("Known for").evaluate("field => field.value = 'Low Water'")
    phone.get_by_role("button", name="Sign the letter").click()
    summary = phone.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    expect(phone).to_have_title("Error: For work that is ours")
    expect(summary.get_by_role("link")).to_have_count(5)
    looks_right(phone)

    summary.get_by_role("link").first.click()
    name = phone.get_by_label("Your name, as it should appear")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("Known for")).to_have_value("Low Water")


def test_the_sign_bar_leaves_while_the_form_is_in_view_and_comes_back(
    letter: Letter, site: str, phone: Page
) -> None:
    phone.goto(f"{site}/letters/{letter.slug}/")
    bar = phone.locator(".jump").get_by_role("link", name="Sign the letter")
    expect(bar).to_be_in_viewport()
    bar.click()
    expect(phone.get_by_label("Your name, as it should appear")).to_be_in_viewport()
    expect(bar).to_be_hidden()
    phone.evaluate("scrollTo(0, 0)")
    expect(bar).to_be_in_viewport()


def test_noor_signs_with_the_keyboard_alone_and_always_sees_where_she_is(
    letter: Letter, site: str, page: Page
) -> None:
    page.goto(f"{site}/letters/{letter.slug}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    def moves_on_to(name: str) -> None:
        field = page.locator(f"#sign [name={name}]").first
        for _key in range(12):
            page.keyboard.press("Tab")
            if field.evaluate("field => field === document.activeElement"):
                break
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        assert field.evaluate(
            "field => getComputedStyle(field).outlineStyle !== 'none'"
            " || getComputedStyle(field).boxShadow !== 'none'"
        )

    moves_on_to("name")
    page.keyboard.type(NOOR.details.name)
    moves_on_to("email")
    page.keyboard.type(NOOR.email)
    moves_on_to("profession")
    page.keyboard.type("Musi")
    moves_on_to("country")
    page.keyboard.type("Nethe")
    moves_on_to("consent_publish")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    signature = Signature.objects.get(email=NOOR.email)
    assert signature.name == NOOR.details.name
    assert signature.profession == NOOR.details.profession
    assert signature.country == NOOR.details.country
    assert signature.consent_publish
    assert not signature.consent_updates


def test_noor_double_clicks_and_goes_back_and_the_form_still_works(
    letter: Letter, site: str, page: Page
) -> None:
    page.goto(f"{site}/letters/{letter.slug}/")
    page.locator("#sign [name=name]").fill(NOOR.details.name)
    page.locator("#sign [name=email]").fill(NOOR.email)
    page.locator("#sign [name=profession]").select_option("musician")
    page.locator("#sign [name=country]").select_option("NL")
    page.locator("#sign [name=consent_publish][value=on]").check()
    page.get_by_role("button", name="Sign the letter").dblclick()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    assert Signature.objects.get(email=NOOR.email).revision == 1
    page.go_back()
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()


def test_nobody_elses_page_may_frame_a_confirm_button_or_learn_its_link(
    letter: Letter, site: str, page: Page
) -> None:
    token = token_for(signature=pending(letter, NOOR))
    response = page.goto(f"{site}/s/{token}/")
    assert response is not None
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "same-origin"
    assert "no-store" in response.headers["cache-control"]
    assert page.context.cookies() == []


def test_ilse_sees_at_once_what_she_writes_and_her_whole_desk_looks_right(
    site: str, page: Page
) -> None:
    ilse()
    page.goto(f"{site}/desk/")
    looks_right(page)
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(ILSES_PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Letters")).to_be_visible()
    looks_right(page)

    page.get_by_role("link", name="New letter").click()
    page.get_by_label("Title").fill(ENGLISH["title"])
    page.get_by_label("Addressee").fill(ENGLISH["addressee"])
    page.get_by_label("Text", exact=True).fill(ENGLISH["body"])
    expect(page.locator("#preview-title")).to_have_text(ENGLISH["title"])
    expect(page.locator("#preview-text strong")).to_have_text("asked")
    page.get_by_label("Text", exact=True).fill("<script>x</script> *asked* [x](javascript:x)")
    expect(page.locator("#preview-text em")).to_have_text("asked")
    expect(page.locator("#preview-text script, #preview-text a[href]")).to_have_count(0)
    page.get_by_label("Text", exact=True).fill(ENGLISH["body"])
    looks_right(page)
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")
    looks_right(page)

    page.get_by_label("Add the same text in another language").select_option("ar")
    page.get_by_role("button", name="Add this language").click()
    expect(page.get_by_label("Text", exact=True)).to_have_attribute("dir", "rtl")
    page.get_by_label("Title").fill(ARABIC["title"])
    page.get_by_label("Addressee").fill(ARABIC["addressee"])
    page.get_by_label("Text", exact=True).fill(ARABIC["body"])
    expect(page.locator("#preview-text strong")).to_have_text("نُسأل")
    looks_right(page)
    page.get_by_role("button", name="Save the text").click()

    page.get_by_role("link", name="Publish…").click()
    looks_right(page)
    page.get_by_role("button", name="Publish and freeze").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    looks_right(page)
    page.get_by_role("link", name="Close the letter").click()
    looks_right(page)
    page.get_by_role("link", name="Keep it open").click()
    page.get_by_role("link", name="The public page").click()
    expect(page.get_by_role("heading", name=ENGLISH["title"])).to_be_visible()
