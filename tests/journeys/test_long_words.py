"""Whatever people type, with no space to break at, widens no page."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from campaign.letters import press_kit
from campaign.letters.models import Letter
from signatures.models import Authority, Level, Signature
from signatures.moderation import attestation, pinning
from tests.signatures.factories import GUILD, listed, make_organizer, person

LONG = "W" * 120
PAGES = (
    "",
    "signatories/",
    "signatories/?q=wwww",
    "signatories/?order=name",
    "signatories/1/",
    "signatories/2/",
    "report/1/",
    "press/",
    "corrections/",
    "snapshots/",
    "elsewhere/",
    "embed/",
    "record/",
)


@pytest.fixture
def long_letter(letter: Letter) -> Letter:
    """Somebody and an organisation whose every word is as long as its field."""
    signatures = listed(
        letter,
        person("long@crowd.example", LONG, credit=LONG, affiliation=LONG),
        person("guild@crowd.example", LONG, credit=LONG, affiliation=LONG, kind=GUILD.details.kind),
    )
    organizer = make_organizer(team=letter.team, email="long@team.example")
    for signature in signatures:
        attestation.vet(
            signature=signature, organizer=organizer, expected_revision=1, evidence=LONG
        )
        pinning.pin(signature=signature, organizer=organizer, expected_revision=1)
        Authority.objects.create(
            signature=signature, name=LONG, role=LONG[:100], stated_at=timezone.now()
        )
        press_kit.add_quote(
            letter=letter,
            language="en",
            words=LONG,
            speaker=LONG,
            about=LONG,
            public_id=signature.public_id,
        )
    assert Signature.objects.filter(level=Level.VETTED, name=LONG).count() == 2
    return letter


@pytest.mark.parametrize("language", ["", "ar/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_word_without_a_space_widens_no_page(
    page: Page, site: str, long_letter: Letter, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    numbers = Signature.objects.filter(name=LONG).values_list("number", flat=True)
    first, second = sorted(number for number in numbers if number)
    wide = []
    for path in PAGES:
        there = path.replace("/1/", f"/{first}/").replace("/2/", f"/{second}/")
        page.goto(f"{site}/{language}letters/{long_letter.slug}/{there}")
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if beyond > 0:
            wide.append((path, beyond))
    assert wide == []
