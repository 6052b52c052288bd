"""Each feature that operators can switch off: what it answers then, and that it comes back."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from campaign.letters.models import Letter
from campaign.operations import standing
from campaign.operations.models import Feature, SwitchedOff
from campaign.organizers.models import Organizer
from signatures import tasks
from signatures.notifications import update_sending, update_tests
from signatures.press.paper import making
from signatures.record import snapshots
from tests.signatures.factories import BRIGID, GUILD, listed, open_letter, sequence

pytestmark = pytest.mark.django_db

LETTER = "/letters/{slug}"
# Every address that is nothing without the feature.
ADDRESSES = {
    Feature.SEARCH: [
        f"{LETTER}/signatories/?q=brigid",
        f"/ar{LETTER}/signatories/?q=brigid&country=IE",
        f"{LETTER}/signatories.csv?q=brigid",
        f"{LETTER}/signatories.json?q=brigid",
        f"/api/v1{LETTER}/signatories?q=brigid",
    ],
    Feature.CHARTS: [],
    Feature.EXPORTS: [
        f"{LETTER}/signatories.csv",
        f"{LETTER}/signatories.xlsx",
        f"/ar{LETTER}/signatories.csv",
        f"{LETTER}/signatories.json",
        f"{LETTER}/snapshots/1.csv",
    ],
    Feature.RECORD_EXPORT: [f"{LETTER}/record/export"],
    Feature.PDF: [f"{LETTER}/letter.pdf", f"/ar{LETTER}/letter.pdf"],
    Feature.CARDS: [f"{LETTER}/card.png"],
    Feature.API: ["/api/v1/letters", f"/api/v1{LETTER}/count"],
    Feature.UPDATES: [],
    Feature.APPLICATIONS: ["/start/", "/ar/start/"],
}
# What hides a link, or a part, on which page.
TRACES = {
    Feature.SEARCH: (f"{LETTER}/signatories/", 'name="q"'),
    Feature.CHARTS: (f"{LETTER}/press/", 'id="charts"'),
    Feature.EXPORTS: (f"{LETTER}/signatories/", "signatories.xlsx"),
    Feature.PDF: (f"{LETTER}/", "letter.pdf"),
    Feature.APPLICATIONS: ("/", "/start/"),
}
# Whatever is off.
ALWAYS = ["/", f"{LETTER}/", f"{LETTER}/signatories/", f"{LETTER}/press/", f"{LETTER}/count"]
BACKGROUND: dict[Feature, tuple[Callable[[], None], object, str]] = {
    Feature.UPDATES: (tasks.send_updates, update_sending, "send_until_done"),
    Feature.PDF: (tasks.make_letter_pdfs, making, "make_due"),
}


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, GUILD)
    sequence(letter)
    snapshots.take(letter=letter)
    making.make_due()
    return letter


def switch(feature: Feature, *, off: bool) -> None:
    if off:
        SwitchedOff.objects.create(feature=feature)
    else:
        SwitchedOff.objects.all().delete()
    standing.forget()


def answers(client: Client, addresses: list[str], letter: Letter) -> dict[str, int]:
    found = {}
    for each in addresses:
        response = client.get(each.format(slug=letter.slug))
        b"".join(response)
        found[each] = response.status_code
        if response.status_code == 503:
            assert (response["Retry-After"], response["Cache-Control"]) == ("600", "no-store")
    return found


@pytest.mark.parametrize("feature", Feature)
def test_each_feature_is_off_while_it_is_switched_off(
    client: Client, letter: Letter, feature: Feature
) -> None:
    mine = ADDRESSES[feature]
    others = [each for one in Feature if one != feature for each in ADDRESSES[one]]
    # A search for programs, or as a file, is both.
    both = [each for each in others if "?q=" in each and feature in (Feature.API, Feature.EXPORTS)]
    untouched = [each for each in (*others, *ALWAYS) if each not in both]
    for is_off in (True, False):
        switch(feature, off=is_off)
        assert answers(client, mine, letter) == dict.fromkeys(mine, 503 if is_off else 200)
        if is_off:
            assert answers(client, untouched, letter) == dict.fromkeys(untouched, 200)
        if feature in TRACES:
            page, trace = TRACES[feature]
            assert (trace in client.get(page.format(slug=letter.slug)).text) is not is_off


@pytest.mark.parametrize("feature", BACKGROUND)
def test_workers_leave_what_is_switched_off(
    feature: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, module, name = BACKGROUND[feature]
    called: list[str] = []
    monkeypatch.setattr(update_tests, "send_until_done", lambda **_how: None)
    monkeypatch.setattr(module, name, lambda **_how: called.append(name))
    for is_off, calls in ((True, 0), (False, 1)):
        switch(feature, off=is_off)
        task()
        assert len(called) == calls


def test_each_feature_is_walked_by_one_of_the_tests() -> None:
    assert set(ADDRESSES) == set(Feature)
    nowhere = {each for each, addresses in ADDRESSES.items() if not addresses}
    assert nowhere <= {*TRACES, *BACKGROUND}


def test_programs_are_told_in_their_own_form(client: Client, letter: Letter) -> None:
    switch(Feature.API, off=True)
    refused = client.get("/api/v1/letters")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["title"] == "Switched off"


def test_operators_switch_in_the_admin_and_its_log_tells(client: Client, letter: Letter) -> None:
    client.force_login(Organizer.objects.create_superuser("root@letters.example", "a password"))
    client.post("/admin/operations/switchedoff/add/", {"feature": "pdf"})
    path = f"/letters/{letter.slug}/letter.pdf"
    assert client.get(path).status_code == 503
    row = SwitchedOff.objects.get()
    client.post(f"/admin/operations/switchedoff/{row.pk}/delete/", {"post": "yes"})
    assert client.get(path).status_code == 200
    assert LogEntry.objects.count() == 2
