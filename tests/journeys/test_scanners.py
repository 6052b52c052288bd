"""What opens every link in a mail, and sends every form that it finds, signs and denies nothing."""

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from campaign.letters.models import Letter
from signatures.denial import denials
from signatures.models import Signature, SignatureState
from tests.journeys.cast import NOOR, SALMA
from tests.journeys.offstage import link_in, the_mail_to, the_workers_run
from tests.signatures.factories import pending

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
            page.goto(link)
            for number in range(page.locator("main form").count()):
                page.goto(link)
                form = page.locator("main form").nth(number)
                try:
                    with page.expect_navigation(timeout=5000):
                        form.evaluate(manner)
                except TooLate:
                    continue
    states = Signature.objects.filter(pk__in=[each.pk for each in waiting])
    assert [each.state for each in states] == [SignatureState.PENDING] * 2
    assert denials(letter_id=letter.pk) == 0
