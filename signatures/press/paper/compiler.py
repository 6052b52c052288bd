"""A process of its own that turns a folder into a PDF, and may do nothing else for long.

Run as a script, without Django: `compiler.py FOLDER FONTS…`. The folder is the root of all that
the template can read, and its words come as data. The PDF goes to standard output.
"""

import os
import resource
import sys
from typing import Final

MAX_CPU_SECONDS = 180
MAX_MEMORY_BYTES = 3 * 1024**3
# Also names of hundreds of threads, each with an address space of its own.
_LIMITS = {
    resource.RLIMIT_CPU: MAX_CPU_SECONDS,
    resource.RLIMIT_AS: MAX_MEMORY_BYTES,
    resource.RLIMIT_CORE: 0,
    # It writes to a pipe only.
    resource.RLIMIT_FSIZE: 0,
}
# For screen readers: headings, lists, languages and a title, or there is no PDF (PDF/UA-1).
_STANDARD: Final = "ua-1"


# People who sign, and the count, go first; but on a busy machine it still gets done.
_NICENESS = 5


def main(folder: str, *font_folders: str) -> None:
    os.nice(_NICENESS)
    for kind, most in _LIMITS.items():
        resource.setrlimit(kind, (most, most))
    # Within the limits.
    import typst  # noqa: PLC0415 -- slow import

    found = typst.compile(
        os.path.join(folder, "letter.typ"),
        root=folder,
        font_paths=list(font_folders),
        # The same everywhere, so that the same letter gives the same bytes.
        ignore_system_fonts=True,
        # Nothing is fetched: there are no packages, and no place for them.
        package_path=folder,
        package_cache_path=folder,
        format="pdf",
        pdf_standards=_STANDARD,
    )
    sys.stdout.buffer.write(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
