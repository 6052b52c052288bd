"""The picture of a letter that other sites show beside a link to it: title, count and date.

Holds what the letter's page shows, and no name of anyone. A card is drawn once for what is on it
and kept by the process; drawing takes about 50 ms.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from django.utils import translation as language_of_words
from django.utils.translation import get_language, gettext, ngettext
from PIL import Image, ImageDraw

from campaign import languages
from campaign.letters.models import Text, Translation
from campaign.templatetags.locale_format import day, number
from signatures.press.standing import Standing
from signatures.press.typesetting import REGULAR, Direction, Line, can_set, line, settable, wrapped

WIDTH, HEIGHT = 1200, 630
CARDS_KEPT = 64
# As in undersigned.css.
_PAPER, _INK, _SOFT, _LINE, _PEN = "#fbfaf6", "#1b1a18", "#5d5a53", "#d9d5ca", "#1f3f93"
_COLOURS = 48
_MARGIN = 84
_INNER = WIDTH - 2 * _MARGIN
_TITLE_FROM, _TITLE_TO = 158, 446
_TITLE_SIZES = (104, 92, 82, 74, 66, 60, 54, 48, 43, 38)
# Of the size: Naskh reaches further up and down.
_LEADING = {"ltr": 1.13, "rtl": 1.5}
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that is drawn. `side` is where the lines begin."""

    title: str
    figure: str
    words: str
    side: Direction


def of(*, standing: Standing, shown: Translation) -> Card:
    """The card in the active language: without a title where no font of ours has its letters."""
    titled = _titled(standing.text, shown)
    here = languages.interface_for(get_language() or "en")
    figure, words = _count(standing)
    if not (can_set(figure) and can_set(words, face=REGULAR)):
        here = "en"
        with language_of_words.override(here):
            figure, words = _count(standing)
    return Card(
        title=settable(titled.title) if titled else "",
        figure=figure,
        words=words,
        side=titled.direction if titled else languages.direction(here),
    )


def alt(*, shown: Translation) -> str:
    """What the card of this translation shows, for whoever does not see it."""
    title = settable(shown.title)
    if not title and not shown.is_authoritative:
        counting = Translation.objects.filter(text=shown.text_id, is_authoritative=True)
        title = settable(counting.values_list("title", flat=True).first() or "")
    if title:
        return gettext("“%(title)s”, with the number of signatures and its date") % {"title": title}
    return gettext("The number of signatures under this open letter and its date")


def png(card: Card) -> bytes:
    """The picture; of many who ask for a new one, one draws it."""
    with _one_at_a_time:
        return _drawn(card)


def _titled(text: Text, shown: Translation) -> Translation | None:
    """The translation that is read, or else the one that counts, if its title can be set."""
    by_authority = sorted(text.translations.all(), key=lambda each: not each.is_authoritative)
    return next((each for each in (shown, *by_authority[:1]) if settable(each.title)), None)


def _count(standing: Standing) -> tuple[str, str]:
    """How many signed the text whose title is drawn, and no other; before the first signature, what
    this is."""
    tally, checkpoint = standing.tally, standing.checkpoint
    if checkpoint is None or not tally.total:
        since = standing.text.published_at if standing.is_split else standing.letter.public_since
        return "", gettext("Open letter · published %(when)s") % {"when": day(since)}
    when = {"when": day(checkpoint.as_of)}
    if tally.organisations:
        words = ngettext("signature, %(when)s", "signatures, %(when)s", tally.total)
    else:
        words = ngettext("person has signed, %(when)s", "people have signed, %(when)s", tally.total)
    return number(tally.total), " · ".join(filter(None, (words % when, standing.note)))


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(card: Card) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    _draw_mark(draw, card.side)
    if card.title:
        _draw_title(draw, card)
    _draw_count(draw, card)
    return _as_png(picture)


def _draw_mark(draw: ImageDraw.ImageDraw, side: Direction) -> None:
    mark = line("Undersigned", size=36, base="ltr")
    x = _start(mark.width, side)
    mark.draw(draw, x=x, baseline=106, colour=_INK)
    draw.rectangle((x, 119, x + mark.width, 122), fill=_PEN)


def _draw_title(draw: ImageDraw.ImageDraw, card: Card) -> None:
    """As large as fits, in the middle of the space between mark and count."""
    size, lines = _fitted(card.title, card.side)
    leading = size * _LEADING[card.side]
    top = (_TITLE_FROM + _TITLE_TO - leading * len(lines)) / 2
    for index, each in enumerate(lines):
        set_line = line(each, size=size, base=card.side)
        baseline = top + leading * (index + 1) - leading * 0.3
        set_line.draw(draw, x=_start(set_line.width, card.side), baseline=baseline, colour=_INK)


def _draw_count(draw: ImageDraw.ImageDraw, card: Card) -> None:
    """On one line under a rule; alone on the card it is the largest thing there."""
    baseline, size = (562, 84) if card.title else (400, 150)
    figure = line(card.figure, size=size, base=card.side)
    gap = 26 if card.figure else 0
    if card.title:
        draw.line((_MARGIN, 476, WIDTH - _MARGIN, 476), fill=_LINE, width=2)
        words = _narrowed(card.words, card.side, _INNER - figure.width - gap)
        space = figure.width + gap
    else:
        words, space = _narrowed(card.words, card.side, _INNER), 0
    figure.draw(draw, x=_start(figure.width, card.side), baseline=baseline, colour=_PEN)
    x = _start(words.width, card.side, after=space)
    words.draw(draw, x=x, baseline=baseline if card.title else 480, colour=_SOFT)


def _fitted(title: str, side: Direction) -> tuple[int, list[str]]:
    """The largest size at which the whole title stands in its space."""
    room = _TITLE_TO - _TITLE_FROM
    for size in _TITLE_SIZES:
        most = int(room / (size * _LEADING[side]))
        lines = wrapped(title, size=size, base=side, width=_INNER)
        if len(lines) <= most and " ".join(lines) == " ".join(title.split()):
            return size, lines
    # Smaller would not be read: words are broken, and what is too much is cut off.
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    return size, lines


def _narrowed(words: str, side: Direction, width: float) -> Line:
    for size in (38, 34, 30, 26):
        found = line(words, size=size, base=side, face=REGULAR)
        if found.width <= width:
            break
    return found


def _start(width: float, side: Direction, *, after: float = 0) -> float:
    """Where something of this width begins, seen from the left."""
    return _MARGIN + after if side == "ltr" else WIDTH - _MARGIN - after - width


def _as_png(picture: Image.Image) -> bytes:
    """In few colours, which a page of text has: half the size in the same time."""
    file = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def forget() -> None:
    """For tests: as a process that has drawn nothing yet."""
    _drawn.cache_clear()
