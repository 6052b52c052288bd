"""Pictures for the press: whatever is uploaded is made anew, so that no metadata comes with it.

Only the pixels are kept, turned as they should stand and in sRGB: no place where a photograph was
taken, no name of a camera, no comment, nothing hidden behind the picture.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from threading import Lock

from django.db import transaction

from campaign.letters import errors, pixels
from campaign.letters.errors import PictureRefused, Unusable
from campaign.letters.models import Letter, PressImage

MAX_PICTURES = 12
MOST_BYTES = 8 * 1024 * 1024
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}

# Of a machine that is busy; by its own clock the process has less.
MAX_READING_SECONDS = 60
# One at a time: each may take what `pixels` is allowed.
_taking_apart = Lock()


@dataclass(frozen=True, slots=True)
class Caption:
    """`language` is empty where nobody has said which it is."""

    description: str
    credit: str
    language: str


def add_picture(*, letter: Letter, data: bytes, description: str, credit: str) -> PressImage:
    """Raises PictureRefused, PictureKnown, EnoughForThePress."""
    if PressImage.objects.filter(letter=letter).count() >= MAX_PICTURES:
        raise errors.EnoughForThePress
    content, content_type, (width, height) = made_anew(data)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Of two at once, the second sees what the first has added.
        Letter.objects.select_for_update().values_list("pk").get(pk=letter.pk)
        pictures = PressImage.objects.filter(letter=letter).defer("content")
        if pictures.filter(sha256=sha256).exists():
            raise errors.PictureKnown
        if pictures.count() >= MAX_PICTURES:
            raise errors.EnoughForThePress
        last = pictures.order_by("-place").first()
        return PressImage.objects.create(
            letter=letter,
            description=description,
            credit=credit,
            content=content,
            content_type=content_type,
            width=width,
            height=height,
            sha256=sha256,
            place=last.place + 1 if last else 1,
        )


def change_picture(*, picture: PressImage, description: str, credit: str, place: int) -> None:
    """Nothing happens if it was taken out meanwhile."""
    mine = PressImage.objects.filter(pk=picture.pk)
    mine.update(description=description, credit=credit, place=place)


def tell_in(*, picture: PressImage, language: str, description: str, credit: str) -> None:
    """Caption and credit for readers of this language; with no description, those of all."""
    with transaction.atomic():
        mine = PressImage.objects.select_for_update().filter(pk=picture.pk)
        if (captions := mine.values_list("captions", flat=True).first()) is None:
            return
        captions.pop(language, None)
        if description:
            captions[language] = {"description": description, "credit": credit}
        mine.update(captions=captions)


def caption(*, picture: PressImage, language: str) -> Caption:
    """In this language, else as it was first told, in whichever."""
    if found := picture.captions.get(language):
        return Caption(found["description"], found["credit"], language)
    return Caption(picture.description, picture.credit, "")


def remove_picture(*, picture: PressImage) -> None:
    """Removing it twice is fine."""
    PressImage.objects.filter(pk=picture.pk).delete()


def made_anew(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """The picture as JPEG, or as PNG where it was one or is see-through; its type; its size.

    Raises PictureRefused. Whatever the file does to the readers of pictures, it does it in a
    process that has little memory and time, and nothing else.
    """
    if len(data) > MOST_BYTES:
        raise PictureRefused(Unusable.TOO_LARGE)
    with _taking_apart:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", pixels.__file__, str(MOST_BYTES)],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=MAX_READING_SECONDS,
                check=True,
                env={},
            )
        except subprocess.SubprocessError:
            raise PictureRefused(Unusable.BROKEN) from None
    head, _, content = done.stdout.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise PictureRefused(Unusable(told["refused"]))
    width, height = told["size"]
    return content, told["type"], (width, height)
