"""How a letter's page looks. No part of what is signed, so it may change at any time."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.db.models import F

from campaign.letters import errors, pictures
from campaign.letters.errors import PictureRefused, Unusable
from campaign.letters.models import HeadPicture, Letter

# As wide as a page is drawn on a screen with two pixels for one.
MAX_HEAD_SIDE_PIXELS = 1920
# A larger drawing becomes a photograph.
MAX_DRAWN_BYTES = 600 * 1024
MIN_HEAD_WIDTH_PIXELS = 800
# Higher ones would push the letter off the screen.
MIN_WIDTH_BY_HEIGHT = 1.5


def choose_accent(*, letter: Letter, accent: str, expected_revision: int) -> None:
    """`#rrggbb`, or nothing for the site's own. Raises LookChanged."""
    _change(letter, expected_revision, accent=accent)


def head_picture(*, letter: Letter) -> HeadPicture | None:
    """Without its bytes. A letter whose look was never changed has none, and costs no query."""
    if letter.look_revision == 1:
        return None
    return HeadPicture.objects.defer("content").filter(letter=letter).first()


def put_picture(
    *, letter: Letter, data: bytes, descriptions: Mapping[str, str], expected_revision: int
) -> None:
    """In the place of the one that is there. Raises PictureRefused, LookChanged."""
    made = pictures.made_anew(data, max_bytes=MAX_DRAWN_BYTES, max_side=MAX_HEAD_SIDE_PIXELS)
    if made.width < max(MIN_HEAD_WIDTH_PIXELS, MIN_WIDTH_BY_HEIGHT * made.height):
        raise PictureRefused(Unusable.NOT_WIDE)
    with transaction.atomic():
        _change(letter, expected_revision)
        HeadPicture.objects.update_or_create(
            letter=letter, defaults=asdict(made) | {"descriptions": dict(descriptions)}
        )


def describe_picture(
    *, letter: Letter, descriptions: Mapping[str, str], expected_revision: int
) -> None:
    """Raises LookChanged."""
    with transaction.atomic():
        _change(letter, expected_revision)
        HeadPicture.objects.filter(letter=letter).update(descriptions=dict(descriptions))


def take_picture_away(*, letter: Letter, expected_revision: int) -> None:
    """Raises LookChanged, also the second time."""
    with transaction.atomic():
        _change(letter, expected_revision)
        HeadPicture.objects.filter(letter=letter).delete()


def _change(letter: Letter, expected_revision: int, **changes: object) -> None:
    seen = Letter.objects.filter(pk=letter.pk, look_revision=expected_revision)
    if not seen.update(**changes, look_revision=F("look_revision") + 1):
        raise errors.LookChanged
