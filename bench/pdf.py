"""The PDF of a letter with its names, as the worker makes it: seconds, memory and bytes."""

import resource
import time

from bench import letters
from bench.results import Result
from bench.site import Site
from signatures.models import Checkpoint
from signatures.press.paper import content, typesetting

NAMES = 10_500
_MAX_SECONDS = 60.0
_MAX_MEGABYTES = 500


def run(_site: Site) -> list[Result]:
    letter = letters.published_letter()
    letters.many_signed(letter, NAMES)
    Checkpoint.objects.filter(letter=letter).update(
        signings=NAMES, people=NAMES, level_1=NAMES, versions={"1": {"people": NAMES}}
    )
    begun = time.monotonic()
    found = content.of(letter=letter, language="en")
    if found is None:
        raise RuntimeError("the letter has no checkpoint")
    made = typesetting.pdf(found.told)
    seconds = time.monotonic() - begun
    # Of the largest child process, and nothing larger was started.
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    is_large = megabytes > _MAX_MEGABYTES
    return [
        Result(
            work="pdf",
            value=seconds,
            unit="s",
            target=_MAX_SECONDS,
            less_is_better=True,
            broken=(f"{megabytes:.0f} MB, not {_MAX_MEGABYTES}",) if is_large else (),
            notes=(f"{megabytes:.0f} MB in the compiler", f"{len(made) / 1e6:.1f} MB of PDF"),
        )
    ]
