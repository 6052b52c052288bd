import pytest

from signatures.screening import name_files
from signatures.screening.watched_names import WatchedNames
from tests.signatures.screening import corpora


@pytest.mark.parametrize(
    "text",
    [
        "# a list\nMaria Karlsen\n\n  Nora Hope\n",
        "\ufeffMaria Karlsen\r\nNora Hope\r\n",
        "person,name\nQ1,Maria Karlsen\nQ2,Nora Hope\nQ3\n",
        'name\n"Maria Karlsen"\n"Nora Hope"\n',
        '?person\t?name\n<Q1>\t"Maria Karlsen"@en\n<Q2>\t"Nora Hope"@de\n',
    ],
)
def test_names_are_read_from_lines_and_from_tables(text: str) -> None:
    assert name_files.read(text) == ["Maria Karlsen", "Nora Hope"]


def test_a_ready_made_list_has_languages() -> None:
    assert name_files.ready_made_lists() == ["insults", "jokes"]
    assert "Mickey Mouse" in name_files.ready_made("jokes", languages=["en"])
    assert "Mickey Mouse" not in name_files.ready_made("jokes", languages=["ar"])
    everyone = name_files.ready_made("jokes")
    assert {"Mickey Mouse", "ميكي ماوس", "Max Mustermann"} <= set(everyone)


def test_ready_made_names_hold_their_disguises_and_no_honest_name() -> None:
    names = WatchedNames()
    ready_made = [
        name for kind in name_files.ready_made_lists() for name in name_files.ready_made(kind)
    ]
    for number, name in enumerate(ready_made, start=1):
        names.add(number, name)
    assert [name for name in ready_made if corpora.is_public(name, names=names)] == []
    disguised = ["M1ckey Mouse", "Mouse, Mickey", "Dr. Mickey  Mouse", "mickeymouse", "The Idiot"]
    assert [name for name in disguised if corpora.is_public(name, names=names)] == []
    honest = [*corpora.honest(), *corpora.near()]
    mixed = [name for name in honest if names.find(name)]
    assert mixed == []
