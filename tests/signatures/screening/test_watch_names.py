from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaign.letters.models import Letter
from signatures.screening import watchlist

pytestmark = pytest.mark.django_db


def _watch(*args: str) -> str:
    out = StringIO()
    call_command("watch_names", *args, stdout=out)
    return out.getvalue()


def test_a_file_is_loaded_for_the_site_or_a_letter_and_again(
    tmp_path: Path, letter: Letter
) -> None:
    file = tmp_path / "names.csv"
    file.write_text("person,name\nQ1,Maria Karlsen\nQ2,Nora Hope\nQ3,https://spam.example\n")
    told = "1 lines are no names, as 'https://spam.example'.\n"
    assert _watch(str(file)) == f"2 names added, 0 were there before.\n{told}"
    assert _watch(str(file)) == f"0 names added, 2 were there before.\n{told}"
    assert _watch(str(file), "--letter", letter.slug) == (
        f"2 names added, 0 were there before.\n{told}"
    )
    watched = watchlist.watched_by(letter=None)
    assert [(row.name, row.added_by) for row in watched] == [
        ("Maria Karlsen", None),
        ("Nora Hope", None),
    ]


def test_a_ready_made_list_is_loaded_by_language(letter: Letter) -> None:
    _watch("--ready-made", "jokes", "--languages", "ar", "--letter", letter.slug)
    names = watchlist.watch_of(letter_id=letter.pk).names
    assert names.find("ميكي ماوس")
    assert names.find("Erika Mustermann") is None


def test_what_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n")
    for args in (
        [str(empty)],
        [str(tmp_path / "missing.txt")],
        [str(empty), "--languages", "en"],
        ["--ready-made", "jokes", "--letter", "missing"],
        [],
    ):
        with pytest.raises(CommandError):
            _watch(*args)
