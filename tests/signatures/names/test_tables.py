from signatures.names import tables
from signatures.names.scripts import scripts_in


def _is_plain(name: str) -> bool:
    is_without_vowels = scripts_in(name) <= {"ARABIC", "HEBREW"}
    return name.isalpha() and (is_without_vowels or (name.isascii() and name.islower()))


def test_names_in_tables_are_small_latin_letters_or_of_scripts_without_vowels() -> None:
    written = {
        *(name for forms in tables.equivalents() for name in forms),
        *(name for full, short in tables.short_forms() for name in (*full, *short)),
    }
    assert {name for name in written if not _is_plain(name)} == set()


def test_each_line_of_equivalents_leads_from_one_form_to_another() -> None:
    assert [forms for forms in tables.equivalents() if len(set(forms)) < 2] == []


def test_each_line_of_short_forms_has_full_names_and_short_ones() -> None:
    assert [line for line in tables.short_forms() if not line[0] or not line[1]] == []
