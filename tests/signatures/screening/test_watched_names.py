"""Invented watched names, in the disguises that real ones were signed in."""

import pytest

from signatures.screening.watched_names import (
    Found,
    Likeness,
    WatchedNames,
    likeness_in,
    likeness_over,
)

SAME, LOOK_ALIKE, WITHIN = Likeness.SAME, Likeness.LOOK_ALIKE, Likeness.WITHIN
SPELLING, NEAR = Likeness.SPELLING, Likeness.NEAR
OTHER_ALPHABET, INITIALS = Likeness.OTHER_ALPHABET, Likeness.INITIALS


def _found(watched: str, signed: str) -> Likeness | None:
    names = WatchedNames()
    names.add(1, watched)
    found = names.find(signed)
    return found.likeness if found else None


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
    assert _found(watched, signed) == SAME


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
        ("Wim Wall", "Vvim VVall"),
        ("Tayla Swinden", "ꓔayla ꓢwinden"),  # Lisu
        ("Tayla Swinden", "Tayla ꮪwinden"),  # Cherokee
        ("Rob Tylan", "Rⲟb Tylan"),  # Coptic
        ("Tayla Swinden", "Tay!a Swinden"),
        ("Tayla Swinden", "Tayla $winden"),
        ("Tayla Swinden", "Tayǀa Swinden"),
        ("Tayla Swinden", "Tayꞁa Swinden"),
        ("Tayla Swinden", "Tayla ƽwinden"),
        ("Tayla Swinden", "Taɏla Swinden"),
        ("Tayla Swinden", "Taуlа Ѕwіndеn"),
        ("Tayla Swinden", "Dr Tауla Swinden"),
        ("Alex Cox", "Аӏех Сох"),  # all Cyrillic
        ("Brigid O’Malloran", "Ƀɍɨǥɨđ Ø'Mⱥłłøɍⱥn"),
        ("Brigid O’Malloran", "Ꞗꞧɨꞡɨꟈ O'MȺꝉꝉꝍꞧȺꞥ"),
        ("Brigid O’Malloran", "Brigid O'MɅlloran"),
        ("Brigid O’Malloran", "ᏼꭱꭵꮐꭵꭰ O'ꮇꭺꮮꮮꭴꭱꭺn"),
        ("Сара Мороз", "Capa Mopo3"),  # all Latin
        ("Роман Новак", "POMAH HOBAK"),
        ("Роман Коваль", "POMAH KOBAΛb"),
        ("Ρένα Κοτένα", "PENA KOTENA"),
        ("شكرى كاهن", "شڭرى ڪاهن"),
        ("カズミ 石森", "力ズミ 石森"),  # Han 力
    ],
)
def test_look_alike_letters_are_made_one(watched: str, signed: str) -> None:
    assert _found(watched, signed) == LOOK_ALIKE


@pytest.mark.parametrize(
    ("watched", "signed", "likeness"),
    [
        ("Kazumi Ishimori", "Sir Kazumi Ishimori", WITHIN),
        ("Margit Ashwood", "Dr. Margit Ashwood", WITHIN),
        ("Margit Ashwood", "Margit E. Ashwood", WITHIN),
        ("Margit Ashwood", "Margit Eleonora Ashwood", WITHIN),
        ("Kazumi Ishimori", "Kazumi Ishimori (Nobel laureate)", WITHIN),
        ("Thom Narke", "Thom Narke, Radioband", WITHIN),
        ("Thom Narke", "The real Thom Narke", WITHIN),
        ("Rob Tylan", "The Rob Tylan Society", WITHIN),
        ("Tayla Swinden", "Tayla Swinden Jr.", WITHIN),
        ("Tayla Swinden", "official Tayla Swinden", WITHIN),
        ("Tayla Swinden", "Tayla Swinden & friends", WITHIN),
        ("Tayla Swinden", "On behalf of Tayla Swinden", WITHIN),
        ("Saul McCarrick", "Saul J. McCarrick", WITHIN),
        ("سلمى الزيتوني", "الفنانة سلمى الزيتوني", WITHIN),
        ("Tayla Swinden", "Tayla Swindenँ", LOOK_ALIKE),
        ("Tayla Swinden", "TaylaSwinden", SPELLING),
        ("Jean-Paul Lindqvist", "Jeanpaul Lindqvist", SPELLING),
        ("Jean-Paul Lindqvist", "Lindqvist Jeanpaul", SPELLING),
        ("Velvetine", "The real Velvetine", WITHIN),
        ("Velvetine", "Velvetine (singer)", WITHIN),
        ("Velvetine", "Velvetine, the band", WITHIN),
        ("Margit Ashwood", "Margit Ashwoood", NEAR),
        ("Thom Narke", "Thom Nark", NEAR),
        ("Kazuo Ishimori", "Kazou Ishimori", NEAR),
        ("Kazuo Ishimori", "Kazuo Ishimroi", NEAR),
        ("Kazuo Ishimori", "Kazou Ishimoru", NEAR),
        ("Amr Shihab", "Amro Shihab", NEAR),
        ("Thom Narke", "Tom Narke", Likeness.SHORT_FORM),
        ("Velvetine", "Velvettine", SPELLING),
        ("Tayla Swinden", "Taylaswindne", NEAR),
        ("Björn Almgren", "Bjoern Almgren", SPELLING),
        ("Jürgen Häberle", "Juergen Haeberle", SPELLING),
        ("Kazumi Ishimori", "Kazu mi Ishimori", SPELLING),
        ("Kazumi Ishimori", "K a z u m i Ishimori", SPELLING),
        ("Saul McCarrick", "Saul Mc Carrick", SPELLING),
        ("Tayla Swinden", "TheRealTaylaSwinden", SPELLING),
        ("Tayla Swinden", "taylaswindenofficial", SPELLING),
        ("Tayla Swinden", "T. Swinden", INITIALS),
        ("Margit Ashwood", "M. E. Ashwood", INITIALS),
        ("J. K. Rawling", "Joanne Rawling", INITIALS),
        ("J. K. Rawling", "JK Rawling", SPELLING),
        ("Margit Eleonora Ashwood", "Margit Ashwood", SPELLING),
    ],
)
def test_other_words_letters_and_spellings(watched: str, signed: str, likeness: Likeness) -> None:
    assert _found(watched, signed) == likeness


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("Salma al-Zaytouni", "سلمى الزيتوني"),
        ("Mahmoud Darwaz", "محمود درواز"),
        ("Khaled Ghassani", "خالد غساني"),
        ("Tariq Qabban", "طارق قبان"),
        ("Mohammed Sharif", "محمّد شريف"),
        ("Gamal Hafiz", "جمال حافظ"),
        ("Jamal Hafez", "حافظ جمال"),
        ("Maria Karlsen", "Мария Карлсен"),
        ("Kirill Tumanov", "Кирилл Туманов"),
        ("Eleni Papadaki", "Ελένη Παπαδάκη"),
        ("Davit Melikyan", "Դավիթ Մելիքյան"),
        ("Noam Peretz", "נועם פרץ"),
        ("Kazumi Ishimori", "カズミ・イシモリ"),
        ("Mei Ruoxi", "梅若溪"),
        ("Ruoxi Mei", "梅若溪"),
    ],
)
def test_spellings_of_one_name_in_two_scripts_meet_both_ways(latin: str, other: str) -> None:
    assert _found(latin, other) == OTHER_ALPHABET
    assert _found(other, latin) == OTHER_ALPHABET


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Thom Narke", "Том Нарк"),
        ("Kazuo Ishimori", "Кадзуо Исимори"),
        ("Taylor Swinden", "Тейлор Свинден"),
        ("Taylor Swinden", "Τέιλορ Σουίντεν"),
        ("Taylor Swinden", "טיילור סווינדן"),
        ("Taylor Swinden", "تايلور سويندن"),
        ("Taylor Swinden", "テイラー・スウィンデン"),
        ("Taylor Swinden", "테일러 스윈든"),
        ("Taylor Swinden", "टेलर स्विंडन"),
        ("Margaret Ashwood", "Маргарет Эшвуд"),
    ],
)
def test_a_latin_name_is_found_as_other_scripts_write_it(watched: str, signed: str) -> None:
    assert _found(watched, signed) == OTHER_ALPHABET


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Brigid O’Malloran", "Brigid Malone"),
        ("Maria Karlsen", "Мария Иванова"),
        ("Сергей Коваль", "Сергей Яковлев"),  # near only as their capitals are read
        ("Лариса Щеглова", "Раиса Щеглов"),
        ("Maria Karlsen", "Maria"),
        ("Maria Karlsen", "Karlsen"),
        ("Maria Karlsen", "Anna Karlsen"),
        ("Maria Karlsen", "Maria Carstensen"),
        ("Maria Karlsen", "M. Berg"),
        ("Johan Berg", "Anna J. Berg"),
        ("Johan Berg", "Joan Borg"),
        ("Salma al-Zaytouni", "Selma Zetan"),  # both Latin: consonants are not compared
        ("Ali Ba", "علي با"),  # too few consonants
        ("محمود درواز", "Maria Karlsen"),
        ("Velvetine", "Velvetine Marsh"),
        ("Li Na", "Na Berg Li"),
        ("The Velvet Society", "The Society"),
        ("", "Maria"),
        ("Maria Karlsen", ""),
        ("Maria Karlsen", "★"),
    ],
)
def test_other_names_are_left_alone(watched: str, signed: str) -> None:
    assert _found(watched, signed) is None


def test_without_a_list_nothing_is_found() -> None:
    assert WatchedNames().find("Maria Karlsen") is None


def test_all_texts_are_looked_at_and_the_strongest_likeness_counts() -> None:
    names = WatchedNames()
    names.add(7, "Maria Karlsen")
    names.add(8, "Nora Hope")
    assert names.find("Arne Morn", "", "Duo with Maria Karlsten") == Found(7, NEAR)
    assert names.find("Maria Karlson", "Nora Hope") == Found(8, SAME)
    assert names.find("Maria Karlson", "Nora Hope", besides=8) == Found(7, SPELLING)
    assert names.find("Arne Morn", besides=7) is None


def test_what_each_text_has_of_one_name_is_told() -> None:
    texts = ("Maria Karlsen", "", "sings with Maria Karlsen", "Nora Hope")
    assert likeness_in(texts, watched="Maria Karlsen") == [SAME, None, WITHIN, None]


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Velvetine", "DJ Velvetine"),
        ("Velvetine", "D.J. Velvetine"),
        ("Velvetine", "Velvetine (MC)"),
        ("Velvetine", "djvelvetine"),
        ("Velvetine", "TheRealVelvetine"),
        ("Velvetine", "Vel Vetine"),
        ("Inés Robledo Quintana", "Inés Robledo"),
        ("Inés Robledo-Quintana", "ROBLEDO Inés"),
        ("Ana Inés Robledo Quintana", "Ana Robledo"),
        ("Inés Robledo y Quintana", "Inés Quintana"),
    ],
)
def test_stage_titles_and_one_of_two_family_names_hide_nothing(watched: str, signed: str) -> None:
    assert _found(watched, signed) is not None


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Inés Robledo Quintana", "Inés Robledo Serrano"),
        ("Inés Robledo Quintana", "Ines Robleda"),
        ("Inés Robledo Quintana", "Robledo Quintana Ríos"),
        ("Inés Robledo", "Inés"),
        ("Velvetine", "DJ Maria"),
        ("Velvetine", "King Velvetine"),
    ],
)
def test_another_second_family_name_or_title_is_another_name(watched: str, signed: str) -> None:
    assert _found(watched, signed) is None


@pytest.mark.parametrize(
    ("texts", "likeness"),
    [
        (("Nora", "Hope"), SAME),
        (("Hope", "", "Nora"), SAME),
        (("Nora", "Hope, singer"), SAME),
        (("Nora", "Hope — three prizes"), SAME),
        (("Dr Nora", "Hopé (the real one)"), SAME),
        (("Nora", "Hopе"), LOOK_ALIKE),  # with a Cyrillic е
        (("Nora Lind", "Hope"), None),
        (("Nora Lind", "Hope for all"), None),
        (("Nora", "The Theatre of Hope"), None),
        (("", "Hope", "Nora"), None),
        (("Nora",), None),
    ],
)
def test_a_name_that_ends_in_what_stands_beneath_it_is_found(
    texts: tuple[str, ...], likeness: Likeness | None
) -> None:
    names = WatchedNames()
    names.add(1, "Nora Hope")
    found = names.find(*texts)
    assert (found and found.likeness) == likeness
    assert likeness_over(texts, watched="Nora Hope") == likeness


@pytest.mark.parametrize(
    ("watched", "signed"),
    [
        ("Nadezhda Polunina", "Nadya Polunina"),
        ("Svetlana Orbina", "Sveta Orbina"),
        ("Aleksei Torvin", "Alyosha Torvin"),
        ("William Ashgrove", "Bill Ashgrove"),
        ("Bill Ashgrove", "Will Ashgrove"),
        ("Giuseppina Torvelli", "Pina Torvelli"),
        ("Oleksandra Verhun", "Lesia Verhun"),
        ("Sigríður Hvalsdóttir", "Sigga Hvalsdóttir"),
        ("Erzsébet Torvai", "Bözsi Torvai"),
        # And of its form in another language.
        ("Nikolaos Velissaris", "Nick Velissaris"),
    ],
)
def test_short_form_of_a_given_name_beside_the_same_family_name(watched: str, signed: str) -> None:
    assert _found(watched, signed) == Likeness.SHORT_FORM


@pytest.mark.parametrize(
    ("watched", "signed", "found"),
    [
        ("Giorgos Velissaris", "George Velissaris", True),
        ("George Velissaris", "Jorge Velissaris", True),
        ("Isaac Torvin", "Yitzhak Torvin", True),
        ("Zhang Hesong", "Cheung Hesong", True),
        # Beside a short name, or another one, or with more words, it is not enough.
        ("George Papp", "Jorge Papp", False),
        ("George Velissaris", "Jorge Velissi", False),
        ("George Velissaris", "Jorge Ortega Velissaris", False),
        ("George Velissaris", "Gregory Velissaris", False),
    ],
)
def test_a_name_in_another_language_beside_one_that_is_the_same(
    watched: str, signed: str, found: bool
) -> None:
    assert _found(watched, signed) == (Likeness.EQUIVALENT if found else None)


@pytest.mark.parametrize(
    ("watched", "signed", "found"),
    [
        ("Zeng Xiaoqian", "Tseng Hsiao-ch'ien", True),
        ("Tseng Hsiao-ch'ien", "Zeng Xiaoqian", True),
        ("曾小倩", "Tseng Hsiao-ch'ien", True),
        ("Zeng Xiaoqian", "Tseng Hsiao-wen", False),
    ],
)
def test_chinese_names_are_found_in_either_romanisation(
    watched: str, signed: str, found: bool
) -> None:
    assert (_found(watched, signed) is not None) == found


@pytest.mark.parametrize(
    ("watched", "signed", "found"),
    [
        ("Takeshi Torvinaka", "Takashi Torvinaka", False),
        ("Daniel Torvinson", "Daniela Torvinson", False),
        ("محمد الأرواني", "محمود الأرواني", False),
        ("محمد الأرواني", "Mahmoud al-Arwani", False),
        ("שלמה ארוינברג", "Shalom Arvinberg", False),
        ("שלמה ארוינברג", "Solomon Arvinberg", True),
        # One letter that makes no other name.
        ("Daniel Torvinson", "Danirl Torvinson", True),
        ("Takeshi Torvinaka", "Takesi Torvinaka", True),
    ],
)
def test_a_given_name_that_is_known_as_another_is_another(
    watched: str, signed: str, found: bool
) -> None:
    assert (_found(watched, signed) is not None) == found


@pytest.mark.parametrize(
    ("watched", "signed", "found"),
    [
        ("سليم عبد الرحمن الأرواني", "Salim Abdurrahman al-Arwani", True),
        ("سليم عبد الرحمن الأرواني", "Salim Abdel Rahman El Arwani", True),
        ("سليم عبد الرحمن الأرواني", "Salim Abdelkarim El Arwani", False),
        # Short, and heard almost alike.
        ("Юлия Жугова", "Julija Žugova", True),
        ("Юлия Жугова", "Julija Žugara", False),
        # A small word that is in or out.
        ("Guillaume de la Torvelle", "William de la Torvelle", True),
        ("Séan Mac Torvin", "Shaun Mac Torvin", True),
    ],
)
def test_short_names_small_words_and_servants_are_heard(
    watched: str, signed: str, found: bool
) -> None:
    assert (_found(watched, signed) is not None) == found


@pytest.mark.parametrize(
    ("watched", "signed", "likeness"),
    [
        ("박지현우", "Park Ji-hyunwoo", OTHER_ALPHABET),
        ("박지현우", "Jihyeonu Bak", OTHER_ALPHABET),
        ("박지현우", "Pak Chi-hyŏn-u", OTHER_ALPHABET),
        ("박지현우", "Pak Chi Hyon U", OTHER_ALPHABET),
        ("Lee Doyunseo", "이도윤서", OTHER_ALPHABET),
        ("Lee Doyunseo", "Rhee Do-yoon-suh", SPELLING),
        ("남궁하람", "Namkoong Ha-ram", OTHER_ALPHABET),
        # Another vowel or consonant is another name, and so is one syllable.
        ("김소진", "Kim Su-jin", None),
        ("김소진", "Kim Seo-jin", None),
        ("박지현우", "박치현우", None),
        ("박지현우", "Park Ji-hyun", None),
        ("Lee Doyunseo", "Rhee Do-yoon-su", None),
    ],
)
def test_korean_names_are_found_in_each_spelling(
    watched: str, signed: str, likeness: Likeness | None
) -> None:
    assert _found(watched, signed) == likeness


@pytest.mark.parametrize(
    ("signed", "found"),
    [
        ("DJ Nobody feat. Velvetine", True),
        ("Nobody a.k.a. Velvetine", True),
        ("Nobody / Velvetine", True),
        ("Nobody, who featured Velvetine", False),
        ("Feat Velvetine Dress", False),
    ],
)
def test_a_name_of_one_word_is_found_behind_another(signed: str, found: bool) -> None:
    assert (_found("Velvetine", signed) is not None) == found


def test_a_name_of_one_word_is_heard_in_another_script() -> None:
    assert _found("Velvetine", "ヴェルヴェティン") == OTHER_ALPHABET
    assert _found("Velvetine", "ヴェルヴェット") is None


def test_letters_that_are_drawn_out_are_read_once() -> None:
    assert _found("Velvetine", "Veeeelvetiiiiine") == LOOK_ALIKE


@pytest.mark.parametrize(
    ("watched", "signed", "likeness"),
    [
        # Other letters, and nothing is heard of it.
        ("Christopher Ashgrove", "Kristofer Ashgrove", SPELLING),
        ("Deklan Ashgrove", "Deaglán Ashgrove", Likeness.NEAR),
        ("Rodrik Wadimov", "Rodric Wadimow", SPELLING),
        # Heard otherwise, or beside another word that only resembles it.
        ("Deklan Ashgrove", "Dorian Ashgrove", None),
        ("Nokinda Menromoto", "Nakendo Minromato", None),
        ("Kunra Yetadaro", "Kunka Yemadaro", None),
    ],
)
def test_words_of_one_script_are_heard(
    watched: str, signed: str, likeness: Likeness | None
) -> None:
    assert _found(watched, signed) == likeness


def test_short_form_beside_another_family_name_is_somebody_else() -> None:
    assert _found("Nadezhda Polunina", "Nadya Polgar") is None
