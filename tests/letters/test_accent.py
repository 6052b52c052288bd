"""A letter's own colour: legible wherever it is used, or not taken."""

import random
import re

import pytest

from campaign.letters import accent

random.seed(20261201)
CHOSEN = [f"#{random.randrange(1 << 24):06x}" for _each in range(40)]
EXTREMES = ["#000000", "#ffffff", "#ffd500", "#00ff00", "#ff00ff", "#0000ff", "#808080", "#1f3f93"]


def luminance(colour: str) -> float:
    """By the words of WCAG 2.2, written anew."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("chosen", CHOSEN + EXTREMES)
def test_the_nearest_is_legible_in_light_and_dark(chosen: str) -> None:
    colour = accent.nearest(chosen)
    light, dark = accent.light(colour), accent.dark(colour)
    for ground in ("#fbfaf6", "#ffffff", light.tint):
        assert contrast(light.pen, ground) >= 4.5
    for ground in ("#14161a", "#1a1d22", dark.tint):
        assert contrast(dark.pen, ground) >= 7
    for tones in (light, dark):
        assert min(contrast(tones.ink, each) for each in (tones.pen, tones.deep)) >= 4.5


def test_a_legible_colour_is_left_as_it_is() -> None:
    assert accent.nearest("#a3261b") == "#a3261b"
    assert accent.light("#a3261b").pen == "#a3261b"


def test_the_nearest_has_the_hue_that_was_chosen() -> None:
    assert [accent.nearest(each) for each in ("#ffd500", "#00ff00", "#ff00ff", "#ffffff")] == [
        "#816b00",
        "#007f00",
        "#c000c0",
        "#6c6c6c",
    ]


def test_the_style_sheet_sets_the_tokens_that_the_pages_use() -> None:
    sheet = accent.style_sheet("#a3261b")
    assert re.findall(r"--[\w-]+", sheet) == ["--pen", "--pen-deep", "--pen-ink", "--tint"] * 2
    assert set(re.findall("[@:].*?[{;]", sheet)) >= {"@layer tokens {", ":root {"}


def test_the_grounds_are_those_of_the_pages() -> None:
    """Or what was checked is another page."""
    with open("static/css/undersigned.css") as file:
        sheet = file.read()
    for name, colours in (("paper", ("#fbfaf6", "#14161a")), ("sheet", ("#fff", "#1a1d22"))):
        assert tuple(re.findall(rf"--{name}: (#\w+);", sheet)[:2]) == colours
