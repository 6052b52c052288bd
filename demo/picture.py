"""A picture for the press, drawn: an evening window, a table, a sheet of paper with names on it."""

import io

from PIL import Image, ImageDraw, ImageFilter

from demo.rng import Chance

SIZE = (1500, 1000)
DESCRIPTIONS = {
    "en": "A sheet of paper with signatures on a table before a window, at dusk. Drawn.",
    "ar": "ورقة عليها توقيعات فوق طاولة أمام نافذة، عند الغسق. رسم.",
}
# Drawn larger and made smaller, which smooths every edge.
_SCALE = 2
_WALL, _WALL_BELOW = (40, 46, 68), (30, 34, 52)
_SKY = ((62, 74, 122), (196, 122, 104), (247, 205, 146))
_FAR, _NEAR, _LIT = (140, 98, 106), (74, 58, 82), (255, 214, 140)
_FRAME, _SILL = (226, 220, 206), (198, 190, 174)
_TABLE, _TABLE_FAR, _EDGE = (122, 80, 54), (92, 60, 44), (70, 44, 32)
_PAPER, _RULE, _INK = (251, 248, 240), (205, 198, 184), (38, 50, 104)
_PEN, _NIB = (32, 36, 58), (214, 184, 110)
_SEED = 12
# The opening of the window: left, top, right, bottom.
_OPENING = (500, 70, 1000, 500)
_CROSS_X, _CROSS_Y, _BAR = 750, 235, 14

Point = tuple[float, float]
Colour = tuple[int, int, int]


def drawn() -> bytes:
    """As PNG; the same on every machine with the same Pillow."""
    picture = Image.new("RGB", _pixels(*SIZE), _WALL)
    pen = ImageDraw.Draw(picture)
    _shade(pen, (0, 0, SIZE[0], 620), (_WALL, _WALL_BELOW))
    _window(picture)
    pen = ImageDraw.Draw(picture)
    _shade(pen, (0, 620, *SIZE), (_TABLE_FAR, _TABLE))
    pen.rectangle(_scaled((0, 614, SIZE[0], 622)), fill=_EDGE)
    picture = _shadowed(picture, ((440, 700), (1110, 690), (1290, 985), (335, 992)))
    pen = ImageDraw.Draw(picture)
    pen.polygon(_points(((448, 672), (1092, 672), (1236, 968), (304, 968))), fill=_PAPER)
    _lines(pen, Chance(_SEED))
    _pen(pen)
    written = io.BytesIO()
    picture.reduce(_SCALE).save(written, "PNG", compress_level=3)
    return written.getvalue()


def _window(picture: Image.Image) -> None:
    """What is seen through it is drawn apart, so that nothing stands out of its frame."""
    left, top, right, bottom = _OPENING
    view = Image.new("RGB", _pixels(right - left, bottom - top))
    pen = ImageDraw.Draw(view)
    width, height = right - left, bottom - top
    _shade(pen, (0, 0, width, height), _SKY)
    pen.ellipse(_scaled((188, 268, 296, 376)), fill=(255, 236, 190))
    chance = Chance(_SEED)
    for colour, lowest, spread, step in ((_FAR, 60, 70, 46), (_NEAR, 30, 110, 58)):
        x = -20.0
        while x < width:
            wide = step * (0.6 + chance.fraction() * 0.7)
            high = lowest + chance.fraction() * spread
            pen.rectangle(_scaled((x, height - high, x + wide, height)), fill=colour)
            if colour == _NEAR:
                _lamps(pen, chance, (x, height - high, x + wide, height))
            x += wide
    picture.paste(view, _pixels(left, top))
    pen = ImageDraw.Draw(picture)
    for x in (left, _CROSS_X, right):
        pen.rectangle(_scaled((x - _BAR / 2, top, x + _BAR / 2, bottom)), fill=_FRAME)
    for y in (top, _CROSS_Y, bottom):
        pen.rectangle(
            _scaled((left - _BAR / 2, y - _BAR / 2, right + _BAR / 2, y + _BAR / 2)), fill=_FRAME
        )
    pen.rectangle(_scaled((left - 40, bottom + 7, right + 40, bottom + 28)), fill=_SILL)


def _lamps(pen: ImageDraw.ImageDraw, chance: Chance, house: tuple[float, ...]) -> None:
    left, top, right, bottom = house
    y = top + 9
    while y < bottom - 10:
        x = left + 7
        while x < right - 9:
            if chance.percent(22):
                pen.rectangle(_scaled((x, y, x + 5, y + 7)), fill=_LIT)
            x += 12
        y += 16


def _lines(pen: ImageDraw.ImageDraw, chance: Chance) -> None:
    """Four lines of text, then signatures on rules, all wider the nearer they are."""
    for row in range(11):
        near = row / 10
        y = 694 + 24.6 * row + (5 if row > 3 else 0)
        start, end = 486 - 112 * near, 1056 + 112 * near
        if row < 4:
            last = start + (end - start) * (0.58 if row == 3 else 1)
            pen.line(_points(((start, y), (last, y))), fill=_RULE, width=_scaled((6,))[0])
            continue
        middle = (start + end) / 2
        for left, right in ((start, middle - 22), (middle + 22, end)):
            pen.line(_points(((left, y + 5), (right, y + 5))), fill=_RULE, width=_scaled((1,))[0])
            long = (right - left) * (0.45 + chance.fraction() * 0.4)
            _signature(pen, chance, (left + 12, y), long, 0.8 + 0.35 * near)


def _signature(
    pen: ImageDraw.ImageDraw, chance: Chance, at: Point, long: float, size: float
) -> None:
    """A curve through chance points: two words with tall first letters, which lean and loop."""
    x, y = at
    knots = [(x, y - 2)]
    while x < at[0] + long:
        # A capital goes up, back a little, and down below the line.
        tall = 13 + chance.fraction() * 6
        for along, height in ((5, -tall), (2, -tall * 0.55), (5, 4), (6, -4)):
            knots.append((x + along * size, y + height * size))
            x += along * size
        for _letter in range(3 + int(chance.fraction() * 4)):
            wide = (5 + chance.fraction() * 5) * size
            high = 14 if chance.percent(20) else 5 + chance.fraction() * 4
            knots += [(x + wide, y - high * size), (x + wide * 0.8, y + 2 * size)]
            x += wide * (0.9 + chance.fraction() * 0.6)
        x += 12 * size
    knots.append((x + 16 * size, y - 3 * size))
    pen.line(_points(_smooth(knots)), fill=_INK, width=_scaled((2.4 * size,))[0], joint="curve")


def _smooth(knots: list[Point]) -> list[Point]:
    """Catmull and Rom's curve through all of them."""
    points = []
    around = [knots[0], *knots, knots[-1]]
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        for part in range(8):
            t = part / 8
            points.append(
                (_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t))
            )
    return [*points, knots[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )


def _pen(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon(_points(((1146, 800), (1166, 782), (1352, 916), (1338, 936))), fill=_PEN)
    pen.polygon(_points(((1146, 800), (1166, 782), (1122, 770))), fill=_NIB)
    pen.polygon(_points(((1200, 839), (1214, 817), (1222, 823), (1208, 845))), fill=_NIB)


def _shadowed(picture: Image.Image, shape: tuple[Point, ...]) -> Image.Image:
    # A soft edge needs no detail, so it is made small.
    mask = Image.new("L", (picture.width // 8, picture.height // 8), 0)
    ImageDraw.Draw(mask).polygon([(x / 8, y / 8) for x, y in _points(shape)], fill=120)
    soft = mask.filter(ImageFilter.GaussianBlur(3)).resize(picture.size, Image.Resampling.BILINEAR)
    return Image.composite(Image.new("RGB", picture.size, (20, 14, 12)), picture, soft)


def _shade(pen: ImageDraw.ImageDraw, box: tuple[float, ...], colours: tuple[Colour, ...]) -> None:
    """From the first colour at the top to the last one, line by line."""
    left, top, right, bottom = _scaled(box)
    last = len(colours) - 1
    for y in range(top, bottom):
        place = (y - top) / (bottom - top) * last
        above = min(int(place), last - 1)
        mixed = tuple(
            round(a + (b - a) * (place - above))
            for a, b in zip(colours[above], colours[above + 1], strict=True)
        )
        pen.line((left, y, right, y), fill=mixed)


def _pixels(width: int, height: int) -> tuple[int, int]:
    return width * _SCALE, height * _SCALE


def _scaled(numbers: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(round(number * _SCALE) for number in numbers)


def _points(points: tuple[Point, ...] | list[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
