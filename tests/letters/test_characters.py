import pytest

from campaign.letters import characters


@pytest.mark.parametrize("text", ["plain", "tab\tand\r\nlines", "ضوء", "🪿", "\U0001fae8"])
def test_what_people_write_is_taken(text: str) -> None:
    assert characters.refused_character(text) == ""


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x85",
        "\u202e",
        "\u2066",
        "\ud800",
        "\ue000",
        "\ufdd0",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
    ],
    ids=ascii,
)
def test_what_no_reader_can_show_is_refused(character: str) -> None:
    assert characters.refused_character(f"a{character}b") == character
