"""Two vetters of one team, and letters on which somebody waits."""

from collections.abc import Callable

import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import Signature, Vetting
from signatures.screening import watchlist
from tests.signatures.factories import Person, confirmed, make_organizer, make_team, open_letter


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=make_team())


@pytest.fixture
def ruth(letter: Letter) -> Organizer:
    return make_organizer(team=make_team(), email="ruth@open-stage.example", role=Role.VETTER)


@pytest.fixture
def watch(letter: Letter, ottilie: Organizer) -> Callable[..., None]:
    """Puts these names on the letter's list."""

    def put(*names: str) -> None:
        watchlist.add(letter=letter, names=names, organizer=ottilie)

    return put


@pytest.fixture
def held(letter: Letter) -> Callable[[Person], tuple[Signature, Vetting]]:
    """Signs and confirms on a letter that vets everyone, or with a watched name."""

    def make(who: Person) -> tuple[Signature, Vetting]:
        signature = confirmed(letter, who)
        assert signature.state == "held"
        return signature, Vetting.objects.get(signature=signature)

    return make


@pytest.fixture
def everyone(letter: Letter) -> Letter:
    """The letter, on which now everyone is vetted."""
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    watchlist.forget()
    letter.refresh_from_db()
    return letter
