"""How many are actors: the same wherever it is told, and organisations are none."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures.models import Profession
from signatures.record import snapshots
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    listed,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.views.public.test_downloads import body
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    actors = [someone(number, profession=Profession.ACTOR) for number in range(2)]
    listed(letter, BRIGID, SALMA, MEI, GUILD, QUIET, *actors)
    snapshots.take(letter=letter)
    return letter


def everywhere(client: Client, letter: Letter, profession: Profession) -> dict[str, int]:
    """How many of this profession each public surface tells or names."""
    slug, asked = letter.slug, {"profession": profession.value}
    listing = client.get(letter_url(letter, "signatories/"), asked)
    facets = {
        each[0]: each[1] for each in listing.context["filter_form"].fields["profession"].choices
    }
    rows = list(
        csv.DictReader(
            io.StringIO(body(client.get(letter_url(letter, "signatories.csv"), asked)).decode())
        )
    )
    told = json.loads(body(client.get(letter_url(letter, "signatories.json"), asked)))
    everyone = json.loads(body(client.get(letter_url(letter, "signatories.json"))))
    of_api = client.get(f"/api/v1/letters/{slug}/signatories", asked).json()
    charts: list[dict[str, Any]] = client.get(letter_url(letter, "press/")).context["charts"]
    [chart] = [each for each in charts if each["id"] == "professions"]
    charted = {row["label"]: int(row["total"]) for row in chart["rows"]}
    taken = dict(client.get(letter_url(letter, "snapshots/1/")).context["professions"])
    frozen = list(
        csv.DictReader(
            io.StringIO(body(client.get(letter_url(letter, "snapshots/1.csv"))).decode())
        )
    )
    label = str(profession.label)
    return {
        "list": len(listing.context["page"]),
        "facet": int(facets[profession.value].rpartition(" · ")[2]),
        "csv": sum(row["Profession"] == label for row in rows),
        "rows of the csv": len(rows),
        "json": sum(row["profession"] == profession for row in told["signatories"]),
        "json says": told["listed"],
        "whole json": sum(row["profession"] == profession for row in everyone["signatories"]),
        "api": sum(row["profession"] == profession for row in of_api["signatories"]),
        "chart": charted[label],
        "snapshot": taken[profession.value],
        "csv of the snapshot": sum(row["Profession"] == label for row in frozen),
    }


@pytest.mark.parametrize(
    ("profession", "count"),
    [(Profession.ACTOR, 2), (Profession.AUTHOR, 1), (Profession.PAINTER, 1)],
)
def test_every_surface_tells_the_same_number(
    client: Client, letter: Letter, profession: Profession, count: int
) -> None:
    told = everywhere(client, letter, profession)
    assert told == dict.fromkeys(told, count)


def test_all_professions_add_up_to_the_people_who_are_named(client: Client, letter: Letter) -> None:
    count = client.get(letter_url(letter, "count")).json()
    taken = dict(client.get(letter_url(letter, "snapshots/1/")).context["professions"])
    assert taken == {"actor": 2, "author": 1, "poet": 1, "painter": 1}
    assert sum(taken.values()) == count["people"] - count["anonymous"] == 5


def test_no_profession_is_nothing_to_choose_and_finds_no_organisation(
    client: Client, letter: Letter
) -> None:
    url = letter_url(letter, "signatories/")
    guilds = client.get(url, {"kind": "organisation"})
    assert [each.row.name for each in guilds.context["page"]] == [GUILD.details.name]
    assert list(guilds.context["filter_form"].fields["profession"].choices) == [
        ("", "All professions")
    ]
    both = client.get(url, {"kind": "organisation", "profession": "other"})
    assert list(both.context["page"]) == []
    api = client.get(f"/api/v1/letters/{letter.slug}/signatories?kind=organisation").json()
    assert [row["profession"] for row in api["signatories"]] == [None]


def test_where_only_organisations_signed_the_press_finds_no_chart_of_professions(
    client: Client,
) -> None:
    letter = open_letter()
    listed(letter, GUILD)
    sequence(letter)
    response = client.get(letter_url(letter, "press/"))
    assert response.status_code == 200
    shown = {each["id"] for each in response.context["charts"]}
    assert "countries" in shown
    assert "professions" not in shown
