"""Whatever picture is uploaded is made anew, so that no metadata comes with it.

Only the pixels are kept, turned as they should stand and in sRGB: no place where a photograph was
taken, no name of a camera, no comment, nothing hidden behind the picture.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from threading import Lock

from campaign.letters import pixels
from campaign.letters.errors import PictureRefused, Unusable

MOST_BYTES = 8 * 1024 * 1024
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}

# Of a machine that is busy; by its own clock the process has less.
MAX_READING_SECONDS = 60
# One at a time: each may take what `pixels` is allowed.
_taking_apart = Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int
    sha256: str


def made_anew(
    data: bytes, *, max_bytes: int = MOST_BYTES, max_side: int = pixels.MAX_SIDE_PIXELS
) -> Picture:
    """As JPEG, or as PNG where it was one or is see-through; no larger than this.

    Raises PictureRefused. Whatever the file does to the readers of pictures, it does it in a
    process that has little memory and time, and nothing else.
    """
    if len(data) > MOST_BYTES:
        raise PictureRefused(Unusable.TOO_LARGE)
    with _taking_apart:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", pixels.__file__, str(max_bytes), str(max_side)],
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
    sha256 = hashlib.sha256(content).hexdigest()
    return Picture(content, told["type"], width, height, sha256)
