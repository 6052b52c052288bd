"""Of what is uploaded only the pixels are kept, and what is no picture is refused in time."""

import io
import resource
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from campaign.letters import pictures, pixels
from campaign.letters.errors import PictureRefused, Unusable

BLUE = (20, 40, 200)


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


def anew(data: bytes, **most: int) -> Image.Image:
    made = pictures.made_anew(data, **most)
    found = Image.open(io.BytesIO(made.content))
    assert (Image.MIME[found.format or ""], found.size) == (
        made.content_type,
        (made.width, made.height),
    )
    found.load()
    return found


def refusal_of(data: bytes, **most: int) -> Unusable:
    with pytest.raises(PictureRefused) as refused:
        pictures.made_anew(data, **most)
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
    content = pictures.made_anew(data + b"SECRETTAIL").content
    assert b"SECRET" not in content
    found = anew(data)
    assert not found.getexif()
    assert not set(found.info) & {"exif", "icc_profile", "comment", "xmp"}


def test_text_in_a_png_does_not_come_with_it() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "SECRETAUTHOR")
    content = pictures.made_anew(picture("PNG", pnginfo=told)).content
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


def test_a_drawing_too_large_for_a_png_becomes_a_photograph() -> None:
    opaque, clear = noise((300, 300), "P"), noise((300, 300), "RGBA", "WEBP")
    assert anew(opaque).format == "PNG"
    assert anew(opaque, max_bytes=len(opaque)).format == "JPEG"
    # A see-through one cannot.
    assert refusal_of(clear, max_bytes=len(opaque)) == Unusable.TOO_LARGE


def test_a_picture_is_no_larger_than_is_asked() -> None:
    assert anew(picture("JPEG", (900, 300)), max_side=300).size == (300, 100)


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
    monkeypatch.setattr(pictures, "MAX_READING_SECONDS", 0.001)
    assert refusal_of(picture()) == Unusable.BROKEN


def test_a_file_over_the_limit_is_not_even_opened() -> None:
    data = picture("JPEG") + b"\0" * pictures.MOST_BYTES
    assert refusal_of(data) == Unusable.TOO_LARGE
