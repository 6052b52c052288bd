import pytest

from signatures.names import confusables
from signatures.names.words import looks, seen

# Lines of Unicode's own file: what looks like something, and what.
OF_UNICODE = {
    "а": "a", "ӏ": "i", "0": "O", "I": "l", "m": "rn", "ꮶ": "ĸ", "к": "ĸ", "ø": "o̸",
    "ب": None, "ک": "ك", "ە": "o", "カ": "力", "力": None, "a": None, "l": None, "O": None,
}  # fmt: skip


@pytest.mark.parametrize(("char", "prototype"), OF_UNICODE.items())
def test_prototype_is_the_one_of_unicode(char: str, prototype: str | None) -> None:
    assert confusables.prototypes().get(char) == prototype


def test_prototype_has_no_other_prototype() -> None:
    found = confusables.prototypes()
    assert len(found) > 6000
    assert found.keys() & set(found.values()) == set()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Аӏех", "alex"),  # Cyrillic
        ("ꓔꓮꓬꓡꓮ", "tayla"),  # Lisu
        ("ꭲꭺꭹꮮꭺ", "tayla"),  # small Cherokee, drawn like small capitals
        ("ᎢᎪᎩᏞᎪ", "tayla"),
        ("ᗷᗩᖇ", "bar"),
        ("Ŧɇřřy", "terry"),
        ("Ⱥꝉꝉꞥ", "alln"),
        ("ɅΛL", "aal"),
        ("Норе", "hope"),
        ("ϜϹ", "fc"),
        ("ڪاڭن", "كاكن"),
        ("力ズミ", "カズミ"),
    ],
)
def test_letters_are_seen_as_what_they_look_like(written: str, read_as: str) -> None:
    assert seen(written) == seen(read_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("سلامة", "سلامه"),  # ة and ه, as search takes them
        ("ٱحمد", "احمد"),
        ("شش", "سس"),  # dots make other letters
        ("Əliyev", "Aliyev"),
        ("ด", "ค"),
    ],
)
def test_letters_of_other_scripts_stay_what_search_takes_them_for(one: str, other: str) -> None:
    same_for_search = one not in ("شش", "ด")
    assert (seen(one) == seen(other)) == same_for_search


def test_word_of_another_script_is_read_in_each_case() -> None:
    assert looks("Роман") >= looks("POMAH")
    assert looks("РОМАН") >= looks("POMAH")
    assert looks("Karlsen") == {"karlsen"}
