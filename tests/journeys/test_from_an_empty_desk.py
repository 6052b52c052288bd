"""Three organizers bring a letter from an empty desk to whom it is for, in their browsers: Ilse
applies and owns the team, Ruth edits, Tariq vets on his phone. Noor is the first to sign."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings

from campaign.letters.models import Letter, Proposal
from campaign.organizers import account_mail, applications, mailing
from campaign.organizers.models import Application, AuditEntry, Membership, Organizer, Team
from signatures import tasks
from tests.journeys.conftest import DESKTOP, PATIENCE, PHONE
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE, NOOR, SALMA, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, mails_to, the_mail_to, the_workers_run
from tests.organizers.authenticator import code_of
from tests.signatures.factories import ARABIC, ENGLISH, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

RUTH, TARIQ = "ruth@working-artists.example", "tariq@working-artists.example"
PASSWORD = "nine lanterns on the quay"
SLUG = "work-that-is-ours"
FAMOUS = VLAD.details.name
SECOND_TITLE = "For work that is ours, and paid for"
RECIPIENT = "The Ministry of Invented Culture"


@pytest.fixture(autouse=True)
def _second_factor(settings: Settings) -> Iterator[None]:
    settings.REQUIRE_SECOND_FACTOR = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def opens(browser: Browser, site: str) -> Iterator[Callable[[ViewportSize], Page]]:
    """A browser of somebody's own. Its console must stay free of errors."""
    errors: list[str] = []
    contexts = []

    def open_one(size: ViewportSize) -> Page:
        context = browser.new_context(viewport=size, locale="en-GB", base_url=site)
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda problem: errors.append(str(problem.error)))
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def fills(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        page.locator(f"main [name={name}]").fill(value)


def presses(page: Page, button: str) -> None:
    """And waits for the page that answers: many have fields of the same names."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def goes_in(page: Page, room: str) -> None:
    """By the letter's own navigation, which a phone keeps behind a button."""
    rooms = page.get_by_role("navigation", name="Sections of this letter")
    if page.viewport_size == PHONE:
        page.get_by_role("button", name=re.compile("^Sections of this letter")).click()
    with page.expect_navigation():
        rooms.get_by_role("link", name=re.compile(f"^{room}")).click()
    looks_right(page)


def account_mails_go_out() -> None:
    account_mail.send_owed()
    mailing.send_owed()


def ilse_applies(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Publish a letter").first.click()
    looks_right(page)
    fills(
        page,
        name="Ilse Verhoeven-Okoye",
        email=ILSE,
        team_name="Working Artists’ Council",
        asks="That nobody trains a machine on our work without asking us.",
        contact="press@working-artists.example",
    )
    presses(page, "Apply")
    looks_right(page)
    account_mails_go_out()
    page.goto(link_in(the_mail_to(ILSE)))
    looks_right(page)
    presses(page, "Confirm the application")
    expect(page.get_by_role("heading", name="Your application is being read")).to_be_visible()


def the_operator_approves() -> None:
    operator = Organizer.objects.create_superuser("root@letters.example", PASSWORD)
    applications.approve(application=Application.objects.get(), by=operator, now=timezone.now())
    account_mails_go_out()


def sets_up_an_account(page: Page, name: str, accept: str) -> None:
    """From the invitation to the desk, by way of an app on the phone."""
    fills(page, name=name, password=PASSWORD)
    presses(page, accept)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    presses(page, "Confirm")
    page.locator("[name=code]").wait_for()
    secret = page.locator("input[value]").evaluate_all(
        "fields => fields.map(each => each.value).find(value => /^[A-Z2-7]{32}$/.test(value))"
    )
    page.locator("[name=code]").fill(code_of(secret))
    presses(page, "Set it up")
    page.get_by_role("link", name="To the desk").click()
    looks_right(page)


def joins(page: Page, email: str, name: str) -> None:
    account_mails_go_out()
    page.goto(link_in(the_mail_to(email)))
    sets_up_an_account(page, name, "Accept the invitation")


def signs(who: Person) -> None:
    visitor = Visitor().goes_to(f"/letters/{SLUG}/").sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()


def ilse_writes_the_letter(page: Page) -> None:
    page.get_by_role("link", name="New letter").first.click()
    fills(page, **ENGLISH, slug=SLUG)
    looks_right(page)
    presses(page, "Save the draft")
    page.locator("main select[name=language]").select_option("ar")
    presses(page, "Add this language")
    fills(page, **ARABIC)
    presses(page, "Save the text")
    page.goto(f"/desk/letters/{SLUG}/")
    looks_right(page)


def ilse_invites(page: Page, email: str, role: str) -> None:
    page.goto(f"/desk/team/{Team.objects.get().slug}/")
    invitation = page.locator("main form").filter(has=page.locator("[name=email]"))
    invitation.locator("[name=email]").fill(email)
    invitation.locator("[name=role]").select_option(role)
    presses(page, "Send the invitation")


def test_three_organizers_bring_a_letter_from_an_empty_desk_to_whom_it_is_for(
    opens: Callable[[ViewportSize], Page],
) -> None:
    ilse, ruth, tariq = opens(DESKTOP), opens(DESKTOP), opens(PHONE)
    ilse_applies(ilse)
    the_operator_approves()
    ilse.goto(link_in(the_mail_to(ILSE)))
    presses(ilse, "Set up your account")
    sets_up_an_account(ilse, "Ilse Verhoeven-Okoye", "Begin")
    assert not Letter.objects.exists()
    ilse_writes_the_letter(ilse)
    ilse_invites(ilse, RUTH, "editor")
    ilse_invites(ilse, TARIQ, "vetter")
    joins(ruth, RUTH, "Ruth Abernathy-Sow")
    joins(tariq, TARIQ, "Tariq Lindgren")
    roles = Membership.objects.order_by("pk").values_list("organizer__email", "role")
    assert list(roles) == [(ILSE, "owner"), (RUTH, "editor"), (TARIQ, "vetter")]

    # Ruth publishes it under embargo. Noor is invited, and signs before anybody knows of it.
    ilse.goto(f"/desk/letters/{SLUG}/")
    goes_in(ilse, "Embargo")
    hour = timezone.now() + timedelta(days=2)
    fills(ilse, embargo_until=f"{hour:%Y-%m-%dT%H:%M}")
    presses(ilse, "Save")
    ruth.goto(f"/desk/letters/{SLUG}/publish/")
    looks_right(ruth)
    presses(ruth, "Publish and freeze")
    expect(ruth.get_by_text("Published. From now on nobody can change this text.")).to_be_visible()
    goes_in(ruth, "First signatories")
    fills(ruth, name=NOOR.details.name, email=NOOR.email)
    presses(ruth, "Invite")
    the_workers_run()
    noor = opens(PHONE)
    noor.goto(link_in(the_mail_to(NOOR)))
    looks_right(noor)
    expect(noor.get_by_text("This letter is under embargo").first).to_be_visible()
    noor.locator("main [name=profession]").select_option(str(NOOR.details.profession))
    noor.locator("main [name=country]").select_option(NOOR.details.country)
    noor.locator("input[name=consent_publish][value=on]").check()
    noor.locator("input[name=consent_updates]").check()
    presses(noor, "Yes, I sign")
    the_workers_run()
    assert Client().get(f"/letters/{SLUG}/").status_code == 404

    # It opens. A famous name is borrowed, and Tariq looks, on his phone.
    tariq.goto(f"/desk/letters/{SLUG}/")
    goes_in(tariq, "Watched names")
    fills(tariq, names=FAMOUS)
    presses(tariq, "Watch these names")
    ilse.goto(f"/desk/letters/{SLUG}/embargo/")
    presses(ilse, "End the embargo now")
    signs(SALMA)
    signs(VLAD)
    letter = Letter.objects.get()
    assert {key: count_of(letter)[key] for key in ("total", "held")} == {"total": 2, "held": 1}
    tariq.goto(f"/desk/letters/{SLUG}/")
    goes_in(tariq, "To check")
    presses(tariq, "Check the next one")
    looks_right(tariq)
    expect(tariq.get_by_text(FAMOUS).first).to_be_visible()
    fills(tariq, reason="He is somebody else.")
    presses(tariq, "Reject")

    # What is said by another text takes two of them, and asks who signed.
    ruth.goto(f"/desk/letters/{SLUG}/")
    goes_in(ruth, "Texts")
    presses(ruth, "Begin a new version of the text")
    ruth.goto(f"/desk/letters/{SLUG}/texts/en/")
    fills(ruth, title=SECOND_TITLE)
    presses(ruth, "Save the text")
    ruth.goto(f"/desk/letters/{SLUG}/publish/")
    ruth.locator("input[name=sort][value=new]").check()
    presses(ruth, "Propose this version")
    assert Proposal.objects.exists()
    assert SECOND_TITLE not in Client().get(f"/letters/{SLUG}/").text
    ilse.goto(f"/desk/letters/{SLUG}/publish/")
    looks_right(ilse)
    presses(ilse, "Approve, publish and freeze")
    the_workers_run()
    public = opens(PHONE)
    public.goto(f"/letters/{SLUG}/")
    expect(public.locator("h1")).to_have_text(SECOND_TITLE)
    looks_right(public)
    counted = count_of(letter)["versions"]
    assert counted == [{"version": 1, "total": 2}, {"version": 2, "total": 0}]
    tasks.ask_about_new_texts()
    the_workers_run()
    noor.goto(link_in(the_mail_to(NOOR)))
    looks_right(noor)

    # News go to who asked for them; then it is closed, and handed over.
    goes_in(ruth, "Updates")
    ruth.get_by_role("link", name="Write an update").first.click()
    fills(ruth, subject_en="Thank you", body_en="Tomorrow we hand it over.")
    presses(ruth, "Save the update")
    presses(ruth, "Send it now")
    presses(ruth, "Yes, send it")
    tasks.fan_out_updates()
    tasks.send_updates()
    assert "Thank you" in mails_to(NOOR)[-1]
    ilse.goto(f"/desk/letters/{SLUG}/close/")
    presses(ilse, "Close the letter for good")
    the_workers_run()
    goes_in(ilse, "Deliver")
    presses(ilse, "Make the package")
    tasks.make_packages()
    ilse.reload()
    looks_right(ilse)
    with ilse.expect_download() as downloading:
        ilse.get_by_role("button", name="Download it (ZIP)").click()
    assert downloading.value.suggested_filename.endswith(".zip")
    fills(ilse, delivered_on=f"{timezone.now():%Y-%m-%d}", recipient=RECIPIENT)
    presses(ilse, "Note it")
    looks_right(ilse)

    # Somebody who was not there before: a browser keeps a page for some seconds.
    public = opens(PHONE)
    public.goto(f"/letters/{SLUG}/")
    expect(public.get_by_text(RECIPIENT).first).to_be_visible()
    public.goto(f"/ar/letters/{SLUG}/delivery/")
    expect(public.get_by_text(RECIPIENT).first).to_be_visible()
    looks_right(public)
    done = set(AuditEntry.objects.values_list("organizer__email", "action"))
    assert {
        (ILSE, "close"),
        (RUTH, "publish"),
        (ILSE, "approve_version"),
        (TARIQ, "reject"),
    } <= done
