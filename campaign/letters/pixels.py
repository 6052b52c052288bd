"""Makes a picture anew from its pixels, in a process of its own: memory and time are limited.

Run as a program, by `pictures`: the file on standard input, the most bytes and pixels on a side as
arguments; on standard output a line of JSON, then the new file. It knows neither Django nor the
site, so it starts quickly and holds nothing worth stealing.
"""

import io
import json
import resource
import sys
from typing import Any

from PIL import Image, ImageCms, ImageOps

# A small file may claim to be a giant, and unpacking it takes four bytes or more for each pixel.
MAX_PIXELS = 25_000_000
# A JPEG is unpacked no larger than it is kept.
MAX_JPEG_PIXELS = 80_000_000
MAX_SIDE = 20_000
# 35 cm in print; a larger one is made smaller.
MAX_SIDE_PIXELS = 4096
MAX_MEMORY_BYTES = 768 * 1024 * 1024
MAX_CPU_SECONDS = 20

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 90


class Refused(Exception):
    """With one of the values of `errors.Unusable`."""


def made_anew(data: bytes, max_bytes: int, max_side: int) -> tuple[bytes, str, tuple[int, int]]:
    """As JPEG, or as PNG where it was one or is see-through; its type; its size."""
    picture, is_drawn = _pixels(data, max_side)
    has_alpha = picture.mode == "RGBA"
    if has_alpha or is_drawn:
        content = _written(picture, "PNG")
        if len(content) <= max_bytes:
            return content, "image/png", picture.size
        if has_alpha:
            raise Refused("too large")
    return _written(picture, "JPEG"), "image/jpeg", picture.size


def _pixels(data: bytes, max_side: int) -> tuple[Image.Image, bool]:
    """What is to be seen, as RGB or RGBA, and whether it came without loss."""
    try:
        # The header only; anything else than these three is not even looked at.
        found = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("too many pixels") from None
    except Exception:
        # Pillow raises whatever its readers stumble over.
        raise Refused("no picture") from None
    most = MAX_JPEG_PIXELS if found.format == "JPEG" else MAX_PIXELS
    if found.width * found.height > most or max(found.size) > MAX_SIDE:
        raise Refused("too many pixels")
    try:
        found.draft(None, (max_side, max_side))
        found.load()
        if found.mode in ("L", "RGB", "RGBA", "CMYK"):
            # Before any copy is made.
            found.thumbnail((max_side, max_side))
        upright = ImageOps.exif_transpose(found)
        picture = _in_srgb(upright, found.info.get("icc_profile"))
        picture.thumbnail((max_side, max_side))
    except MemoryError:
        raise Refused("too many pixels") from None
    except Exception:
        raise Refused("broken") from None
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


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    # Sizes are looked at here, and not twice.
    Image.MAX_IMAGE_PIXELS = None
    content = b""
    told: dict[str, Any]
    try:
        content, content_type, size = made_anew(sys.stdin.buffer.read(), *map(int, sys.argv[1:3]))
        told = {"type": content_type, "size": size}
    except Refused as refused:
        told = {"refused": str(refused)}
    except MemoryError:
        told = {"refused": "too many pixels"}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
