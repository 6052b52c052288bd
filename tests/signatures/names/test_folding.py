import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signatures.names.folding import KEY_LIMIT, Folding, search_key


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["O'Brien", "O’Brien", "OBrien", "o´brien", "O`BRIEN", "Oʼbrien", "O＇Brien"], "obrien"),
        (["Nguyễn Thị Ánh", "NGUYEN THI ANH", "Nguye\u0302\u0303n Thi Anh"], "nguyen thi anh"),
        (["Łukasz Żal", "lukasz zal", "ŁUKASZ  ŻAL"], "lukasz zal"),
        (["Jean-Luc", "jean luc", "Jean–Luc", "Jean‐Luc", " Jean.  Luc, "], "jean luc"),
        (["Søren Ærø Åse", "soren aero ase"], "soren aero ase"),
        (["Þórður Eiðsson", "thordur eidsson"], "thordur eidsson"),
        (["Weiß", "WEISS", "WEIẞ", "weiss"], "weiss"),
        (["İpek Işık", "ipek isik", "IPEK ISIK"], "ipek isik"),
        (["Œuvre", "oeuvre", "ŒUVRE"], "oeuvre"),
        (["Đặng", "dang"], "dang"),
        (["Ħal Ŋala Ŧomas", "hal nala tomas"], "hal nala tomas"),
        (["Əliyev", "aliyev"], "aliyev"),
        (["Kaʻōpua", "Ka‘opua", "kaopua"], "kaopua"),
        (["Ｋｅｎ", "ken", "𝓚𝓮𝓷"], "ken"),
        (["ﬁnn", "finn"], "finn"),
        (["أحمد", "احمد", "إحمد", "آحمد", "ٱحمد", "أَحْمَد", "احـــمد", "ﺃﺣﻤﺪ"], "احمد"),
        (["فاطمة", "فاطمه", "فاطمۃ"], "فاطمه"),
        (["هدى", "هدي", "هدی"], "هدي"),
        (["وائل", "وايل"], "وايل"),
        (["رؤى", "روي"], "روي"),
        (["علاء", "علا"], "علا"),
        (["کریم", "كريم"], "كريم"),
        (["علی‌رضا", "علیرضا", "عليرضا"], "عليرضا"),
        (["الرحمٰن", "الرحمن"], "الرحمن"),
        (["Trio ١٢٣", "trio 123", "Trio ۱۲۳", "Trio १२३", "Trio １２３"], "trio 123"),
        (["Ёлка", "елка", "ЕЛКА", "е\u0308лка"], "елка"),
        (["Андрей", "АНДРЕЙ", "Андреи\u0306", "андреи"], "андреи"),
        (["Ґалина", "галина"], "галина"),
        (["Ελένη Σοφός", "ΕΛΕΝΗ ΣΟΦΟΣ", "ελενη σοφοσ"], "ελενη σοφοσ"),
        (["ᾼδης", "Αδης"], "αδησ"),
        (["שָׂרָה בן־דוד", "שרה בן דוד"], "שרה בן דוד"),
        (["צה״ל", 'צה"ל'[:2] + "ל"], "צהל"),
        (["ガルシア", "ｶﾞﾙｼｱ", "がるしあ", "か\u3099るしあ"], "がるしあ"),
        (["マリア・田中", "マリア 田中"], "まりあ 田中"),
        (["葛\U000e0100城", "葛城"], "葛城"),
        (["김하늘", unicodedata.normalize("NFD", "김하늘")], "김하늘"),
        (["क़लम", "कलम"], "कलम"),
        (["മോഹൻ", "മോഹന്\u200d"], "മോഹന്"),
        (["Henry Ⅷ", "henry viii"], "henry viii"),
        (["", "!!!", "\u200b\u202e", "\ud800", "%_\\", "\u20dd\ufe0f"], ""),
    ],
)
def test_spellings_of_one_name_have_one_key(names: list[str], key: str) -> None:
    assert [search_key(name) for name in names] == [key] * len(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("राम", "रोम"),
        ("かな", "がな"),
        ("Anna", "Hanna"),
        ("김", "감"),
        ("ماء", "مي"),
        ("น้า", "นา"),
    ],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


def test_a_key_fits_its_column_whatever_the_name() -> None:
    assert len(search_key("ﷺ" * 120)) <= KEY_LIMIT


ANY_TEXT = st.text(st.characters(categories=None)) | st.text(
    st.sampled_from("aA'´ -éß\u0301\u034f\u3099かｶﾞأىيةء१ѐЙς\u0345ᾳ한\u1100\u1161\u11a8ന്ൻ"),
    max_size=40,
)


@given(ANY_TEXT)
@example("か\u0301\u3099")
@example("\u1100'\u1161")
@example("ﷺ" * 30)
def test_a_key_is_its_own_key_and_only_words(text: str) -> None:
    key = search_key(text)
    assert search_key(key) == key
    assert key == " ".join(key.split())
    assert len(key) <= KEY_LIMIT
    assert all(char == " " or unicodedata.category(char)[0] in "LMN" for char in key)


@given(ANY_TEXT)
def test_case_and_composition_make_no_difference(text: str) -> None:
    key = search_key(text)
    # The iota below a Greek vowel is an accent here, and a letter to `casefold`.
    if "\u0345" not in unicodedata.normalize("NFD", text):
        assert search_key(text.casefold()) == key
    assert [search_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")] == [key, key]


def test_letters_beyond_the_table_are_folded_too() -> None:
    class Full(Folding):
        ROOM = 0

    full = Full()
    assert "E\u0301Я".translate(full) == "eя"
    assert full == {}
