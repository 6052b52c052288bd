"""Fails when the interface is not complete in one of its languages.

Collects the messages of a copy of the sources, as `make messages` would, and lists each message
that is missing, untranslated or marked fuzzy. Needs xgettext (Debian: gettext).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from campaign.languages import INTERFACE  # noqa: E402

SOURCES = ("campaign", "signatures", "demo", "templates", "locale")
COLLECT = (
    "-m",
    "django",
    "makemessages",
    "--no-wrap",
    "--no-obsolete",
    "--add-location=file",
    "--verbosity=0",
)


def gaps(language: str, *, collected: Path) -> list[str]:
    """What a person would have to do, one line for each message."""
    path = Path("locale", language, "LC_MESSAGES", "django.po")
    if not (ROOT / path).exists():
        return [f"{path} is missing; `make messages LANGUAGE={language}` makes it"]
    if catalog(ROOT / path).fuzzy:
        # Such a catalog is not compiled at all.
        return [f"{path}: fill in the header and delete `#, fuzzy` above it"]
    kept = {words(message): message for message in catalog(ROOT / path) if message.id}
    wanted = [words(message) for message in catalog(collected / path) if message.id]
    found = [f"{path}: no longer used: {word!r}" for word in kept.keys() - set(wanted)]
    for word in wanted:
        message = kept.get(word)
        if message is None:
            found.append(f"{path}: not collected yet: {word!r}")
        elif message.fuzzy:
            found.append(f"{path}: fuzzy: {word!r}")
        elif not translated(message):
            found.append(f"{path}: untranslated: {word!r}")
    return sorted(found)


def translated(message: Message) -> bool:
    """In each of its plural forms."""
    forms = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(forms)


def words(message: Message) -> str:
    """The English words (the singular, where there are two), with their context."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context} | {singular}" if message.context else singular


def catalog(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source)


def main() -> int:
    if shutil.which("xgettext") is None:
        print("Messages cannot be checked: xgettext is missing (Debian: apt-get install gettext).")
        return 1
    others = [language for language in INTERFACE if language != "en"]
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, Path(folder, name))
        locales = [f"--locale={language}" for language in others]
        subprocess.run([sys.executable, *COLLECT, *locales], cwd=folder, check=True)
        found = [line for language in others for line in gaps(language, collected=Path(folder))]
    print("\n".join(found) or f"Messages are complete in: {', '.join(others)}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
