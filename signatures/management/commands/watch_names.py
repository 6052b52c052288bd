"""Many names onto a watch list at once."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaign.letters.models import Letter
from signatures.screening import name_files, watchlist


class Command(BaseCommand):
    help = (
        "Put the names of a file on the site's watch list, or on one letter's: one name a line, or "
        "the column `name` of a table, as Wikidata gives it. Or a ready-made list. Who signs with "
        "such a name is held for vetting, and nobody is refused. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("file", nargs="?", type=Path, metavar="FILE")
        source.add_argument("--ready-made", choices=name_files.ready_made_lists())
        parser.add_argument(
            "--languages", default="", metavar="en,ar", help="of a ready-made list; else all"
        )
        parser.add_argument("--letter", default="", metavar="SLUG", help="else for the whole site")

    def handle(
        self,
        *_args: Any,
        file: Path | None,
        ready_made: str | None,
        languages: str,
        letter: str,
        **_options: Any,
    ) -> None:
        if file is not None and languages:
            raise CommandError("--languages is for ready-made lists alone.")
        names = _names(file, ready_made, languages)
        if not names:
            raise CommandError("There are no names in it.")
        added = watchlist.add(letter=_letter(letter), names=names, organizer=None)
        self.stdout.write(f"{added.new} names added, {added.known} were there before.")
        if added.refused:
            self.stdout.write(f"{len(added.refused)} lines are no names, as {added.refused[0]!r}.")


def _names(file: Path | None, ready_made: str | None, languages: str) -> list[str]:
    if file is None:
        wanted = [each.strip() for each in languages.split(",") if each.strip()]
        return name_files.ready_made(str(ready_made), languages=wanted)
    try:
        return name_files.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def _letter(slug: str) -> Letter | None:
    if not slug:
        return None
    letter = Letter.objects.filter(slug=slug).first()
    if letter is None:
        raise CommandError(f"There is no letter “{slug}”.")
    return letter
