"""A letter's own accent: one colour, made into what the style sheets use in light and in dark.

Contrast is WCAG 2.2's (1.4.3): text needs 4.5 on whatever it stands on. In the light the colour is
used as it is chosen, so it has to have that; in the dark it is made as light as it needs to be, of
the same hue. Lightness is OKLCH's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MIN_CONTRAST = 4.5
# In the dark, where thin letters look weaker.
MIN_CONTRAST_IN_THE_DARK = 7.0
_STEP = 0.005
# By how much lighter or darker what is pointed at.
_DEEPER = 0.06
# As in undersigned.css: the page and its sheets.
_LIGHT, _DARK = ("#fbfaf6", "#ffffff"), ("#14161a", "#1a1d22")
_WHITE, _BLACK = "#ffffff", "#11131a"
# How much of the colour is in the ground of notes and of what is pointed at.
_TINT, _TINT_IN_THE_DARK = 0.07, 0.14


@dataclass(frozen=True, slots=True)
class Tones:
    """As the style sheet's tokens `--pen`, `--pen-deep`, `--pen-ink` and `--tint`."""

    pen: str
    deep: str
    # On `pen` and on `deep`.
    ink: str
    tint: str


def contrast(accent: str) -> float:
    """The least that text in this colour has on a light page."""
    tint = _mixed(accent, _LIGHT[0], _TINT)
    return min(_contrast(accent, ground) for ground in (*_LIGHT, tint))


def nearest(accent: str) -> str:
    """The lightest of the same hue that is legible: itself if it is."""
    return _moved(accent, -_STEP, is_legible=lambda tried: contrast(tried) >= MIN_CONTRAST)


def light(accent: str) -> Tones:
    return Tones(
        pen=accent,
        deep=_shifted(accent, -_DEEPER),
        ink=_WHITE,
        tint=_mixed(accent, _LIGHT[0], _TINT),
    )


def dark(accent: str) -> Tones:
    tint = _mixed(accent, _DARK[0], _TINT_IN_THE_DARK)

    def is_legible(tried: str) -> bool:
        grounds = (*_DARK, tint)
        return min(_contrast(tried, each) for each in grounds) >= MIN_CONTRAST_IN_THE_DARK

    pen = _moved(accent, _STEP, is_legible=is_legible)
    return Tones(pen=pen, deep=_shifted(pen, _DEEPER), ink=_BLACK, tint=tint)


@lru_cache(maxsize=256)
def style_sheet(accent: str) -> str:
    """For any colour that is legible; what it is of is not known."""
    return (
        "@layer tokens {\n"
        f"  :root {{ {_tokens(light(accent))} }}\n"
        f"  @media (prefers-color-scheme: dark) {{ :root {{ {_tokens(dark(accent))} }} }}\n"
        "}\n"
    )


def _tokens(tones: Tones) -> str:
    return (
        f"--pen: {tones.pen}; --pen-deep: {tones.deep}; --pen-ink: {tones.ink}; "
        f"--tint: {tones.tint};"
    )


def _moved(colour: str, step: float, *, is_legible: Callable[[str], bool]) -> str:
    """The first that is legible on the way to white or black."""
    shifts = (step * steps for steps in range(round(1 / abs(step)) + 1))
    tried = (_shifted(colour, by) if by else colour for by in shifts)
    return next(filter(is_legible, tried))


def _shifted(colour: str, by: float) -> str:
    moved = _colour(colour).convert("oklch")
    moved["lightness"] = min(1.0, max(0.0, moved["lightness"] + by))
    return _hex(moved.fit("srgb"))


def _mixed(colour: str, ground: str, share: float) -> str:
    return _hex(_colour(ground).mix(_colour(colour), share, space="oklab"))


def _contrast(one: str, other: str) -> float:
    return float(_colour(one).contrast(_colour(other), method="wcag21"))


def _hex(colour: Any) -> str:
    return str(colour.convert("srgb").to_string(hex=True))


def _colour(written: str) -> Any:
    from coloraide import Color  # noqa: PLC0415 -- slow import

    return Color(written)
