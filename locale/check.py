"""Fails when the interface is not complete in one of its languages, or says something wrong there.

Collects the messages of a copy of the sources, as `make messages` would, and lists each message
that is missing, untranslated or marked fuzzy; then each whose translation has other placeholders
or tags, another language's punctuation, a word that the glossary replaces, or quotes a button by
other words than the button has. Needs xgettext (Debian: gettext).
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
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
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_TAG = re.compile(r"</?[a-z][^>]*>")
_QUOTED = re.compile(r"“([^”]+)”")
# What no translation may hold, each with what to say about it.
WRONG = {
    "ar": {
        "quotation marks are «»": re.compile(r"[“”]"),
        "punctuation is ، ؛ ؟": re.compile(r"[\u0621-\u064a][,;?]"),
        "vetting is مراجعة": re.compile(r"تدقيق|دقّق"),
        "a correction is تصحيح": re.compile(r"تصويب"),
        "the public list and record are عامة and عام": re.compile(r"القائمة العلنية|السجل العلني"),
    }
}


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
    found += [f"{path}: {slip}" for slip in slips(catalog(ROOT / path), language=language)]
    return sorted(found)


def slips(messages: Catalog, *, language: str) -> list[str]:
    """What each translation says wrong, as far as a program can tell."""
    labels: dict[str, set[str]] = {}
    for message in messages:
        if isinstance(message.id, str):
            labels.setdefault(message.id, set()).add(str(message.string))
    return [
        f"{slip}: {words(message)!r}"
        for message in messages
        if message.id and translated(message)
        for form in forms(message)
        for slip in _slips_of(message, form, language=language, labels=labels)
    ]


def _slips_of(
    message: Message, form: str, *, language: str, labels: Mapping[str, set[str]]
) -> list[str]:
    is_plural = not isinstance(message.id, str)
    english = message.id if isinstance(message.id, str) else message.id[-1]
    wanted, given = (set(_PLACEHOLDER.findall(text)) for text in (english, form))
    found = [what for what, wrong in WRONG.get(language, {}).items() if wrong.search(form)]
    # "One signature" needs no number.
    if given - wanted or (wanted - given and not is_plural):
        found.append("other placeholders")
    if Counter(_TAG.findall(english)) != Counter(_TAG.findall(form)):
        found.append("other tags")
    for label in _QUOTED.findall(english):
        if label in labels and not any(words in form for words in labels[label]):
            found.append(f"“{label}” is called otherwise")
    return found


def translated(message: Message) -> bool:
    """In each of its plural forms."""
    return all(forms(message))


def forms(message: Message) -> Sequence[str]:
    return [message.string] if isinstance(message.string, str) else message.string or [""]


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
