"""Of what is uploaded only the pixels are kept, and what is no picture is refused in time."""

import hashlib
import io
import resource
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms

from campaign.letters import errors, pixels, press_pictures
from campaign.letters.errors import PictureRefused, Unusable
from campaign.letters.models import Letter, PressImage

BLUE = (20, 40, 200)
WORDS = {"description": "A table", "credit": "Amira"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **given: Any) -> bytes:
    drawn = Image.new(given.pop("mode", "RGB"), size, given.pop("colour", BLUE))
    written = io.BytesIO()
    drawn.save(written, kind, **given)
    return written.getvalue()


def noise(size: tuple[int, int], mode: str, kind: str = "PNG") -> bytes:
    """Cannot be compressed without loss."""
    written = io.BytesIO()
    bands = [
        Image.new("L", size, 128) if band == "A" else Image.effect_noise(size, 200)
        for band in ("RGB" if mode == "P" else mode)
    ]
    mixed = Image.merge("RGB", bands).quantize() if mode == "P" else Image.merge(mode, bands)
    mixed.save(written, kind, quality=30)
    return written.getvalue()


@pytest.mark.django_db
def test_words_in_a_language_are_told_changed_and_taken_back(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=picture(), **WORDS)

    def told(language: str) -> tuple[str, str, str]:
        found = PressImage.objects.get(pk=added.pk)
        caption = press_pictures.caption(picture=found, language=language)
        return caption.description, caption.credit, caption.language

    press_pictures.tell_in(picture=added, language="ar", description="طاولة", credit="أميرة")
    press_pictures.tell_in(picture=added, language="de", description="Ein Tisch", credit="")
    assert (told("ar"), told("de")) == (("طاولة", "أميرة", "ar"), ("Ein Tisch", "", "de"))
    assert told("en") == ("A table", "Amira", "")
    press_pictures.tell_in(picture=added, language="de", description="", credit="Amira")
    assert told("de") == ("A table", "Amira", "")
    assert told("ar")[0] == "طاولة"


@pytest.mark.django_db
def test_words_for_a_picture_that_was_taken_out_are_dropped(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=picture(), **WORDS)
    press_pictures.remove_picture(picture=added)
    press_pictures.tell_in(picture=added, language="ar", description="طاولة", credit="")
    assert not PressImage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_languages_at_once_are_both_kept(
    draft: Letter, at_once: Callable[..., list[str]]
) -> None:
    added = press_pictures.add_picture(letter=draft, data=picture(), **WORDS)
    codes = iter(("ar", "de", "fr", "es", "pl", "pt"))

    def tell() -> None:
        code = next(codes)
        press_pictures.tell_in(picture=added, language=code, description=code, credit="")

    assert set(at_once(tell)) == {"done"}
    assert sorted(PressImage.objects.get().captions) == ["ar", "de", "es", "fr", "pl", "pt"]


def anew(data: bytes) -> Image.Image:
    content, content_type, size = press_pictures.made_anew(data)
    found = Image.open(io.BytesIO(content))
    assert (Image.MIME[found.format or ""], found.size) == (content_type, size)
    found.load()
    return found


def refusal_of(data: bytes) -> Unusable:
    with pytest.raises(PictureRefused) as refused:
        press_pictures.made_anew(data)
    return refused.value.reason


def png_that_claims(width: int, height: int) -> bytes:
    """A header of a giant, and next to nothing behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "kind", "mode"),
    [
        (picture("JPEG"), "JPEG", "RGB"),
        (picture("WEBP"), "JPEG", "RGB"),
        (picture("PNG"), "PNG", "RGB"),
        (picture("PNG", mode="RGBA", colour=(1, 2, 3, 9)), "PNG", "RGBA"),
        (picture("WEBP", mode="RGBA", colour=(1, 2, 3, 9)), "PNG", "RGBA"),
        (picture("PNG", mode="P", colour=3), "PNG", "RGB"),
        (picture("PNG", mode="P", colour=3, transparency=3), "PNG", "RGBA"),
        (picture("PNG", mode="L", colour=7), "PNG", "RGB"),
        (picture("PNG", mode="I;16", colour=700), "PNG", "RGB"),
        (picture("JPEG", mode="CMYK", colour=(1, 2, 3, 4)), "JPEG", "RGB"),
    ],
)
def test_each_kind_of_picture_becomes_one_that_every_newsroom_opens(
    data: bytes, kind: str, mode: str
) -> None:
    found = anew(data)
    assert (found.format, found.mode, found.size) == (kind, mode, (60, 40))


def test_no_metadata_comes_with_it() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0x8825] = {2: (51.0, 55.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = picture("JPEG", exif=exif, comment=b"SECRETCOMMENT", icc_profile=profile)
    assert b"SECRETCAMERA" in data
    assert b"SECRETCOMMENT" in data
    content, _type, _size = press_pictures.made_anew(data + b"SECRETTAIL")
    assert b"SECRET" not in content
    found = anew(data)
    assert not found.getexif()
    assert not set(found.info) & {"exif", "icc_profile", "comment", "xmp"}


def test_text_in_a_png_does_not_come_with_it() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "SECRETAUTHOR")
    content, _type, _size = press_pictures.made_anew(picture("PNG", pnginfo=told))
    assert b"SECRET" not in content


def test_it_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert anew(picture("JPEG", exif=exif)).size == (40, 60)


def test_colours_are_those_of_the_profile_and_a_wrong_profile_harms_nothing() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"nonsense"):
        found = anew(picture("PNG", icc_profile=profile))
        assert found.getpixel((5, 5)) == BLUE


def test_a_picture_larger_than_print_needs_becomes_smaller() -> None:
    assert anew(picture("JPEG", (6000, 3000))).size == (4096, 2048)
    assert anew(picture("PNG", (5000, 100))).size == (4096, 82)


def test_a_drawing_too_large_for_a_png_becomes_a_photograph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opaque, clear = noise((300, 300), "P"), noise((300, 300), "RGBA", "WEBP")
    assert anew(opaque).format == "PNG"
    monkeypatch.setattr(press_pictures, "MOST_BYTES", len(opaque))
    assert anew(opaque).format == "JPEG"
    # A see-through one cannot.
    assert refusal_of(clear) == Unusable.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        picture("GIF"),
        picture("TIFF"),
        picture("BMP"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
def test_what_is_no_jpeg_png_or_webp_is_refused(data: bytes) -> None:
    assert refusal_of(data) == Unusable.NO_PICTURE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    data = noise((200, 200), "RGB", kind)
    assert refusal_of(data[: len(data) // 2]) in (Unusable.BROKEN, Unusable.NO_PICTURE)


@pytest.mark.parametrize(
    "size", [(1, 40_000_000), (20_001, 1), (5001, 5000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_giant_in_a_small_file_is_not_unpacked(size: tuple[int, int]) -> None:
    assert refusal_of(png_that_claims(*size)) == Unusable.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("kind", "size", "mode"),
    [
        ("PNG", (20_000, 1250), "RGBA"),
        ("PNG", (5000, 5000), "RGBA"),
        ("PNG", (5000, 5000), "I;16"),
        ("PNG", (1250, 20_000), "P"),
        ("WEBP", (5000, 5000), "RGBA"),
        ("JPEG", (10_000, 8000), "RGB"),
    ],
)
def test_the_largest_that_are_taken_fit_into_the_memory_that_is_allowed(
    kind: str, size: tuple[int, int], mode: str
) -> None:
    given = {"progressive": True} if kind == "JPEG" else {}
    data = picture(kind, size, mode=mode, colour=0, **given)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = anew(data)
    assert max(found.size) == pixels.MAX_SIDE_PIXELS
    # In this process there is the file alone, and what came of it.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_what_takes_too_long_or_too_much_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_pictures, "MAX_READING_SECONDS", 0.001)
    assert refusal_of(picture()) == Unusable.BROKEN


def test_a_file_over_the_limit_is_not_even_opened() -> None:
    data = picture("JPEG") + b"\0" * press_pictures.MOST_BYTES
    assert refusal_of(data) == Unusable.TOO_LARGE


@pytest.mark.django_db
def test_a_picture_is_kept_under_the_hash_of_its_own_bytes(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=picture("WEBP"), **WORDS)
    stored = PressImage.objects.get()
    assert stored == added
    assert stored.sha256 == hashlib.sha256(bytes(stored.content)).hexdigest()
    assert (stored.content_type, stored.width, stored.height, stored.place) == (
        "image/jpeg",
        60,
        40,
        1,
    )
    with pytest.raises(errors.PictureKnown):
        press_pictures.add_picture(letter=draft, data=picture("WEBP"), **WORDS)
    press_pictures.change_picture(picture=stored, description="A chair", credit="", place=4)
    stored.refresh_from_db()
    assert (stored.description, stored.credit, stored.place) == ("A chair", "", 4)
    another = press_pictures.add_picture(letter=draft, data=picture("PNG"), **WORDS)
    assert another.place == 5
    press_pictures.remove_picture(picture=stored)
    press_pictures.remove_picture(picture=stored)
    assert list(PressImage.objects.values_list("pk", flat=True)) == [another.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_twelve_are_kept(
    draft: Letter, at_once: Callable[..., list[str]]
) -> None:
    def add(number: int) -> None:
        data = picture("PNG", colour=(number, 0, 0))
        press_pictures.add_picture(letter=draft, data=data, **WORDS)

    for number in range(10):
        add(number)
    numbers = iter(range(100, 106))
    assert at_once(lambda: add(next(numbers))) == [*["EnoughForThePress"] * 4, *["done"] * 2]
    with pytest.raises(errors.EnoughForThePress):
        add(200)
    assert PressImage.objects.count() == press_pictures.MAX_PICTURES
