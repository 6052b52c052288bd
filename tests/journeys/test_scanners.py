"""What opens every link in a mail, and sends every form that it finds, signs and denies nothing."""

import re
from email.message import EmailMessage
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from playwright.sync_api import Error, Page, Request
from playwright.sync_api import TimeoutError as TooLate

from campaign.letters.models import Event, Letter
from signatures import erasure, withdrawal
from signatures.denial import denials
from signatures.models import Delivery, Proof, Signature, SignatureState, Suppression, Vouch
from tests.journeys.personas import NOOR, SALMA
from tests.journeys.workers import link_in, the_mail_to, the_workers_run
from tests.signatures.factories import confirmed, pending, someone
from tests.signatures.views.visitors import link_url

OPENING_TRIES = 5
# A form that the browser itself refuses is sent nowhere.
SENT_WITHIN_MILLISECONDS = 3000
SIGNERS = 100
# So many of them by opening page after page.
LOOKED_AT = 2
# The status of the answer to the form of each page, filled in as the page came.
SENDS_ALL_FORMS = """async links => {
  const answers = [];
  for (const link of links) {
    const text = await (await fetch(link)).text();
    const read = new DOMParser().parseFromString(text, "text/html");
    for (const form of read.querySelectorAll("main form[method=post]")) {
      const body = new URLSearchParams(new FormData(form));
      answers.push((await fetch(form.getAttribute("action"), {method: "POST", body})).status);
    }
  }
  return answers;
}"""
AS_IT_STANDS = "form => form.submit()"
BY_ITS_FIRST_BUTTON = "form => form.querySelector('button')?.click()"


def test_scanner_that_opens_each_link_and_sends_each_form_confirms_and_denies_none_of_a_hundred(
    letter: Letter, site: str, page: Page
) -> None:
    """All scripts run, and each form is sent as it stands and by its first button, as mail
    scanners in front of whole companies do. Most are sent by one page, which is quicker."""
    waiting = [pending(letter, someone(number)) for number in range(SIGNERS)]
    the_workers_run()
    looked_at: set[str] = set()
    for signature in waiting[:LOOKED_AT]:
        paths = _paths_in(the_mail_to(signature.email), site)
        assert link_url(signature) in paths
        for path in sorted(paths - looked_at):
            _sends_all_forms(page, site + path)
        # What leads to the same page from each mail is looked at once.
        looked_at |= {path for path in paths if not path.startswith("/s/")}
    links = [link_in(the_mail_to(each.email)) for each in waiting[LOOKED_AT:]]
    answers = page.evaluate(SENDS_ALL_FORMS, links)
    assert (len(answers), set(answers)) == (SIGNERS - LOOKED_AT, {422})
    states = Signature.objects.filter(pk__in=[each.pk for each in waiting])
    assert {each.state for each in states} == {SignatureState.PENDING}
    assert (states.count(), denials(letter_id=letter.pk)) == (SIGNERS, 0)
    # And it is the answer alone that they lack.
    _open(page, site + link_url(waiting[0]))
    page.locator("input[name=answer][value=sign]").check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/thanks/")


def _paths_in(message: EmailMessage, site: str) -> set[str]:
    """Of each link of the mail that leads to us, in its text and in its HTML."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    found = re.findall(r"""https?://[^\s"'<>]+""", " ".join(parts))
    return {urlsplit(unescape(each)).path for each in found if each.startswith(site)}


def _sends_all_forms(page: Page, address: str) -> None:
    _open(page, address)
    for number in range(page.locator("main form").count()):
        for manner in (AS_IT_STANDS, BY_ITS_FIRST_BUTTON):
            _open(page, address)
            _send(page, number, manner)


def test_scanners_that_open_all_that_a_mail_leads_to_and_send_every_form_change_nothing(
    letter: Letter, site: str, page: Page
) -> None:
    """From the signer's own page, the link that erases, and the one that undoes a withdrawal. News
    are left by one press, as mail programs want it, so that page is not looked at."""
    signature, withdrawn = confirmed(letter, NOOR), confirmed(letter, SALMA)
    withdrawal.withdraw(signature=withdrawn)
    erasure.send_link(signature=signature)
    the_workers_run()
    starts = [link_url(signature), link_in(the_mail_to(NOOR)), link_in(the_mail_to(SALMA))]
    before = _all_that_is_kept()
    for path in _private_pages(page, site, starts):
        for manner in (AS_IT_STANDS, BY_ITS_FIRST_BUTTON):
            _open(page, site + path)
            for number in range(page.locator("main form").count()):
                _open(page, site + path)
                _send(page, number, manner)
                assert _all_that_is_kept() == before, (path, number, manner)


def _send(page: Page, number: int, manner: str) -> None:
    """A form, and what answers it, however slow: or the answer takes the place of the next page."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    page.on("request", note)
    try:
        with page.expect_navigation(timeout=SENT_WITHIN_MILLISECONDS):
            page.locator("main form").nth(number).evaluate(manner)
    except TooLate:
        if any(each.is_navigation_request() for each in sent):
            page.wait_for_event("framenavigated")
    finally:
        page.remove_listener("request", note)


def _open(page: Page, address: str) -> None:
    """Also while the answer to a form is still on its way, which would take the page's place."""
    for _answer in range(OPENING_TRIES):
        try:
            page.goto(address)
        except Error:
            page.wait_for_load_state()
        else:
            return
    raise AssertionError(f"{address} never opened")


def _private_pages(page: Page, site: str, starts: list[str]) -> list[str]:
    """All pages behind the signer's links that links lead to from here."""
    found, waiting = [], list(starts)
    while waiting:
        path = waiting.pop().split("?")[0].split("#")[0]
        if path in found or not path.startswith("/s/") or path.endswith(".json"):
            continue
        found.append(path)
        _open(page, site + path)
        waiting += page.locator("a[href]").evaluate_all("links => links.map(a => a.pathname)")
    return found


def _all_that_is_kept() -> list[list[tuple[object, ...]]]:
    rows: list[QuerySet[Any]] = [
        Signature.objects.all(),
        Delivery.objects.all(),
        Event.objects.all(),
        Proof.objects.all(),
        Vouch.objects.all(),
        Suppression.objects.all(),
    ]
    return [list(each.order_by("pk").values_list()) for each in rows]
