"""Nothing but level, text and time can be learned of somebody who is not named.

Two letters differ in nothing but what their unnamed signatories said of themselves. Readers, and
organizers who may not see them, find the same in both, whatever they ask and whenever they ask it.
"""

import re
from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures.models import Breakdown, Profession, Snapshot
from signatures.notifications import audience
from signatures.notifications.audience import Audience
from signatures.record import snapshots
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    Person,
    listed,
    open_letter,
)
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db

HUSHED = QUIET.but(consent_updates=True)
# Shares profession and country with somebody who is named, or with nobody.
ELSEWHERE = HUSHED.but(
    name="Ragnhild Unsworth",
    profession=Profession.MUSICIAN,
    country="NO",
    credit="Cello Suites",
    affiliation="Northern Strings",
)
NEARBY = replace(
    HUSHED.but(profession=Profession.POET, country="LB", name="Nadia Zuhr"),
    email="near@hush.example",
)

ASKED = (
    "",
    "signatories/",
    "signatories/?profession=actor",
    "signatories/?profession=musician&country=NO",
    "signatories/?country=AT",
    "signatories/?country=LB&level=1",
    "signatories/?level=4",
    "signatories/?kind=person&q=un",
    "signatories.csv",
    "signatories.json?country=LB",
    "snapshots/1/",
    "snapshots/2/",
    "snapshots/1.csv",
    "press/",
    "press/?claim=1+musician",
    "press/?claim=1+signature+from+Norway",
    "press/?claim=1+poet+from+Lebanon",
    "press/?claim=4+people",
    "corrections/",
    "corrections.xml",
    "milestones.xml",
    "record/",
    "record/export",
    "count",
)
# Hashes, salts, signatures, ids, and the id of a key.
RANDOM = re.compile(
    r"[0-9a-f]{64}|(?<=record\+)[0-9a-f]{8}|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{90,}=*"
    # Not the end of a line in JSON and what follows it of a hash.
    r"|(?<![A-Za-z0-9_\\-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"
)


def world(slug: str, unnamed: Person) -> Letter:
    """Two snapshots, before and after somebody unnamed has signed and was found on a list."""
    letter = open_letter(slug=slug)
    listed(letter, BRIGID, SALMA, MEI, GUILD)
    snapshots.take(letter=letter)
    [signature] = listed(letter, unnamed)
    proven(signature, "roster", "Northern Strings")
    listed(letter)
    snapshots.take(letter=letter)
    return letter


def told(client: Client, letter: Letter) -> dict[str, str]:
    found = {}
    paths = [f"/letters/{letter.slug}/{path}" for path in ASKED]
    paths += [f"/api/v1/letters/{letter.slug}{path}" for path in ("", "/count", "/signatories")]
    for path in (*paths, "/how-we-verify/"):
        response = client.get(path)
        assert response.status_code == 200, path
        text = b"".join(response).decode().replace(letter.slug, "SLUG")
        found[path.replace(letter.slug, "SLUG")] = RANDOM.sub("RANDOM", text)
    return found


@pytest.mark.parametrize("other", [ELSEWHERE, NEARBY], ids=["alone", "beside others"])
def test_nothing_public_tells_what_the_unnamed_are(
    client: Client, time_machine: TimeMachineFixture, other: Person
) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    first = told(client, world("twin-a", HUSHED))
    second = told(client, world("twin-b", other))
    # Sums of the whole site, which has two letters by now.
    del first["/how-we-verify/"], second["/how-we-verify/"]
    assert first == second


def test_the_two_ways_to_the_highest_level_are_told_of_those_who_are_named(client: Client) -> None:
    """Where the letter has one list, the other way round would tell who is a member."""
    world("twin", HUSHED)
    page = " ".join(Page(client.get("/how-we-verify/")).text.split())
    told = "Of those who are named, 0 by a union’s or society’s list, as the organizers uploaded it"
    assert f"{told}, and 0 by the organizers’ call alone. 1" in page


def test_an_update_by_country_or_profession_counts_and_reaches_the_named_alone() -> None:
    letter = open_letter()
    listed(letter, BRIGID, SALMA.but(consent_updates=True), NEARBY, ELSEWHERE)
    everyone = audience.occurring(letter_id=letter.pk)
    assert (everyone["countries"], everyone["professions"]) == (
        {"IE": 1, "LB": 1},
        {"author": 1, "poet": 1},
    )
    for chosen, count in (
        (Audience(), 4),
        (Audience(kinds=("person",)), 4),
        (Audience(levels=(1,), versions=(1,)), 4),
        (Audience(countries=("LB",)), 1),
        (Audience(countries=("NO", "IE")), 1),
        (Audience(professions=("musician",)), 0),
        (Audience(professions=("poet",), levels=(1,)), 1),
    ):
        assert audience.count(letter_id=letter.pk, audience=chosen) == count, chosen


def test_what_was_kept_before_forgets_professions_and_countries() -> None:
    letter = open_letter()
    listed(letter, BRIGID, QUIET)
    snapshot = snapshots.take(letter=letter)
    cells = Breakdown.objects.order_by("is_anonymous")
    assert list(cells.values_list("is_anonymous", "country", "count")) == [
        (False, "IE", 1),
        (True, "", 1),
    ]
    frozen = snapshot.breakdown
    # As code before wrote it, with one who has left since.
    unnamed = Breakdown.objects.filter(is_anonymous=True)
    unnamed.update(profession="actor", country="AT")
    kept = unnamed.get()
    for country, count in (("NO", 2), ("DE", 0)):
        kept.pk, kept.country, kept.count = None, country, count
        kept.save()
    Snapshot.objects.update(
        breakdown=[
            ["person", 1, "actor", "AT", True, 1, 1],
            ["person", 1, "actor", "NO", True, 1, 2],
            ["person", 1, "author", "IE", False, 1, 1],
        ]
    )
    forget = import_module("signatures.migrations.0044_unnamed_in_no_breakdown").forget_details
    for _again in range(2):
        with connection.schema_editor() as editor:
            forget(apps, editor)
        assert list(cells.all().values_list("is_anonymous", "profession", "country", "count")) == [
            (False, "author", "IE", 1),
            (True, "", "", 3),
        ]
        assert Snapshot.objects.get().breakdown == [
            ["person", 1, "", "", True, 1, 3],
            ["person", 1, "author", "IE", False, 1, 1],
        ]
    assert sorted(frozen) == [
        ["person", 1, "", "", True, 1, 1],
        ["person", 1, "author", "IE", False, 1, 1],
    ]
