from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.verification.network import environment
from tests.signatures import factories
from tests.signatures.verification.fake_internet import LocalWorld


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    """An internet of our own in place of the real one."""
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


@pytest.fixture
def letter(db: None) -> Letter:
    return factories.open_letter()


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    """Confirmed, and in the record."""
    [signature] = factories.listed(letter, factories.BRIGID)
    return signature
