import pytest

from signatures.moderation import skeleton as looks
from signatures.moderation.watching import Likeness, Names


def _found(watched: str, signed: str) -> Likeness | None:
    names = Names()
    names.add(1, watched, looks.words_key(watched), looks.skeleton(watched))
    found = names.find(signed)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Brigid O’Malloran", "brigid o'malloran"),
        ("Brigid O’Malloran", "O'MALLORAN, Brigid"),
        ("Wiktor Żółcik", "Żółcik Wiktor"),
        ("Wiktor Żółcik", "Wiktor Zolcik"),
        ("سلمى الزيتوني", "الزيتوني سلمى"),
        ("梅若溪", "梅若溪"),
        ("Иван Печкин", "ПЕЧКИН Иван"),
    ],
)
def test_the_same_words_in_any_order_case_and_accents(watched: str, signed: str) -> None:
    assert _found(watched, signed) == Likeness.SAME


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Maria Karlsen", "Mаria Karlsen"),  # Cyrillic a
        ("Maria Karlsen", "МАRIA KARLSEN"),  # Cyrillic М and А
        ("Nora Hope", "Nοra Норе"),  # Greek o; Cyrillic Норе
        ("Maria Karlsen", "Maria Kar1sen"),
        ("Maria Karlsen", "Maria KarIsen"),  # a capital i
        ("Noor Vermeer", "N00r Vermeer"),
        ("Arne Morn", "Ame Mom"),
        ("Jean-Paul Lindqvist", "Jeanpaul Lindqvist"),
        ("Jean-Paul Lindqvist", "Lindqvist Jeanpaul"),
        ("Wim Wall", "Vvim VVall"),
    ],
)
def test_look_alike_letters_are_made_one(watched: str, signed: str) -> None:
    assert _found(watched, signed) == Likeness.LOOK_ALIKE


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Salma al-Zaytouni", "سلمى الزيتوني"),
        ("Mahmoud Darwaz", "محمود درواز"),
        ("Khaled Ghassani", "خالد غساني"),
        ("Tariq Qabban", "طارق قبان"),
        ("Mohammed Sharif", "محمّد شريف"),
        ("Gamal Hafiz", "جمال حافظ"),
        ("Jamal Hafez", "حافظ جمال"),
    ],
)
def test_latin_and_arabic_spellings_of_one_name_meet_both_ways(latin: str, arabic: str) -> None:
    assert _found(latin, arabic) == Likeness.OTHER_ALPHABET
    assert _found(arabic, latin) == Likeness.OTHER_ALPHABET


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Brigid O’Malloran", "Brigid Malone"),
        ("Maria Karlsen", "Мария Карлсен"),
        ("Wiktor Żółcik", "Wiktoria Żółcik"),
        ("Salma al-Zaytouni", "Selma Zetan"),  # both Latin: consonants are not compared
        ("Ali Ba", "علي با"),  # too few consonants
        ("محمود درواز", "Maria Karlsen"),
        ("", "Maria"),
    ],
)
def test_other_names_are_left_alone(watched: str, signed: str) -> None:
    assert _found(watched, signed) is None


def test_without_a_list_nothing_is_found() -> None:
    assert Names().find("Maria Karlsen") is None


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Mаria Karlsen", True),
        ("Νora Hope", True),
        ("Иван Печкин", False),
        ("Иван Karlsen", False),
        ("Wiktor Żółcik", False),
        ("Noor Ó Dálaigh-Brandsma", False),
        ("Ελένη Παππά", False),
        ("سلمى الزيتوني", False),
        ("Maria Karlsen", False),
    ],
)
def test_alphabets_are_mixed_only_within_a_word(name: str, *, mixed: bool) -> None:
    assert looks.mixes_alphabets(name) is mixed


def test_of_an_article_alone_no_consonants_are_heard() -> None:
    assert looks.consonants("al el") == ""
    assert looks.consonants("Alessandra Elmira") == "mr sndr"


def test_look_alikes_are_told_by_their_code() -> None:
    assert looks.look_alikes_in("Mаriа Kаrlsen Мир") == [
        "а U+0430",
        "М U+041C",
        "и U+0438",
        "р U+0440",
    ]
    assert looks.look_alikes_in("Иван Karlsen") == []
