"""What deploy/Dockerfile does, read from it: no image can be built where no registry is reached."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINES = (ROOT / "deploy/Dockerfile").read_text().replace("\\\n", " ")


def steps() -> list[str]:
    """Of deploy/install.sh, in the order of the image."""
    return re.findall(r"deploy/install\.sh (\w+)", " ".join(said("RUN")))


def health_check() -> list[str]:
    [line] = said("HEALTHCHECK")
    command: list[str] = json.loads(line.partition(" CMD ")[2])
    return command


def command() -> list[str]:
    [line] = said("CMD")
    words: list[str] = json.loads(line)
    return words


def said(word: str) -> list[str]:
    return [found.strip() for found in re.findall(rf"(?m)^{word} (.*)$", _LINES)]
