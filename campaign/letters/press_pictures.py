"""Pictures for the press: whatever is uploaded is made anew, so that no metadata comes with it.

Only the pixels are kept, turned as they should stand and in sRGB: no place where a photograph was
taken, no name of a camera, no comment, nothing hidden behind the picture.
"""

import hashlib
import io
from dataclasses import dataclass
from threading import Lock

from django.db import transaction
from PIL import Image, ImageCms, ImageOps

from campaign.letters import errors
from campaign.letters.errors import PictureRefused, Unusable
from campaign.letters.models import Letter, PressImage

MOST_PICTURES = 12
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
# 35 cm in print; a larger one is made smaller.
LONGEST_SIDE = 4096
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 90
# Taking one apart may need 160 MB for a moment: one at a time.
_taking_apart = Lock()


@dataclass(frozen=True, slots=True)
class Caption:
    """`language` is empty where nobody has said which it is."""

    description: str
    credit: str
    language: str


def add_picture(*, letter: Letter, data: bytes, description: str, credit: str) -> PressImage:
    """Raises PictureRefused, PictureKnown, EnoughForThePress."""
    if PressImage.objects.filter(letter=letter).count() >= MOST_PICTURES:
        raise errors.EnoughForThePress
    content, content_type, (width, height) = made_anew(data)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Of two at once, the second sees what the first has added.
        Letter.objects.select_for_update().values_list("pk").get(pk=letter.pk)
        pictures = PressImage.objects.filter(letter=letter).defer("content")
        if pictures.filter(sha256=sha256).exists():
            raise errors.PictureKnown
        if pictures.count() >= MOST_PICTURES:
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
    """The picture as JPEG, or as PNG where it was one or is see-through; its type; its size."""
    if len(data) > MOST_BYTES:
        raise PictureRefused(Unusable.TOO_LARGE)
    with _taking_apart:
        picture, is_drawn = _pixels(data)
        has_alpha = picture.mode == "RGBA"
        if has_alpha or is_drawn:
            content = _written(picture, "PNG")
            if len(content) <= MOST_BYTES:
                return content, "image/png", picture.size
            if has_alpha:
                raise PictureRefused(Unusable.TOO_LARGE)
        return _written(picture, "JPEG"), "image/jpeg", picture.size


def _pixels(data: bytes) -> tuple[Image.Image, bool]:
    """What is to be seen, as RGB or RGBA, and whether it came without loss."""
    try:
        # The header only; anything else than these three is not even looked at.
        found = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(Unusable.TOO_MANY_PIXELS) from None
    except Exception:
        # Pillow raises whatever its readers stumble over.
        raise PictureRefused(Unusable.NO_PICTURE) from None
    if found.width * found.height > MOST_PIXELS:
        raise PictureRefused(Unusable.TOO_MANY_PIXELS)
    try:
        # A JPEG need not be unpacked larger than it is kept.
        found.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        found.load()
        upright = ImageOps.exif_transpose(found)
        picture = _in_srgb(upright, found.info.get("icc_profile"))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except Exception:
        raise PictureRefused(Unusable.BROKEN) from None
    return picture, found.format == "PNG"


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(
                picture, own, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # Broken, or made for another kind of picture: then as without one.
        else:
            return turned or picture
    return picture.convert(mode)


def _written(picture: Image.Image, kind: str) -> bytes:
    """Into a new picture first: what came beside the pixels stays behind."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    if kind == "PNG":
        bare.save(written, "PNG", optimize=False, compress_level=6)
    else:
        bare.save(written, "JPEG", quality=_QUALITY, progressive=True)
    return written.getvalue()
