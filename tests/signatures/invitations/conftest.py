from datetime import timedelta

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from tests.signatures.factories import make_organizer, open_letter


@pytest.fixture
def letter() -> Letter:
    """Published, and open to everybody from tomorrow."""
    return open_letter(opens_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)
