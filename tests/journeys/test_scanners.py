"""What opens every link in a mail, and sends every form that it finds, signs and denies nothing."""

from typing import Any

from django.db.models import QuerySet
from playwright.sync_api import Error, Page
from playwright.sync_api import TimeoutError as TooLate

from campaign.letters.models import Event, Letter
from signatures import erasure, withdrawal
from signatures.denial import denials
from signatures.models import Delivery, Proof, Signature, SignatureState, Suppression, Vouch
from tests.journeys.personas import NOOR, SALMA
from tests.journeys.workers import link_in, the_mail_to, the_workers_run
from tests.signatures.factories import confirmed, pending
from tests.signatures.views.visitors import link_url

OPENING_TRIES = 5
AS_IT_STANDS = "form => form.submit()"
BY_ITS_FIRST_BUTTON = "form => form.querySelector('button')?.click()"


def test_scanners_that_open_links_and_send_forms_confirm_and_deny_nothing(
    letter: Letter, site: str, page: Page
) -> None:
    waiting = [pending(letter, who) for who in (NOOR, SALMA)]
    the_workers_run()
    for who in (NOOR, SALMA):
        link = site + link_in(the_mail_to(who))
        for manner in (AS_IT_STANDS, BY_ITS_FIRST_BUTTON):
            _open(page, link)
            for number in range(page.locator("main form").count()):
                _open(page, link)
                form = page.locator("main form").nth(number)
                try:
                    with page.expect_navigation(timeout=5000):
                        form.evaluate(manner)
                except TooLate:
                    continue
    states = Signature.objects.filter(pk__in=[each.pk for each in waiting])
    assert [each.state for each in states] == [SignatureState.PENDING] * 2
    assert denials(letter_id=letter.pk) == 0


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
                form = page.locator("main form").nth(number)
                try:
                    with page.expect_navigation(timeout=3000):
                        form.evaluate(manner)
                except TooLate:
                    continue
                assert _all_that_is_kept() == before, (path, number, manner)


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
