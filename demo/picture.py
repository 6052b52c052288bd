"""A picture for the press, drawn: an evening window, a table, a sheet of paper with names on it."""

import io

from PIL import Image, ImageDraw

from demo.chance import Chance

SIZE = (1500, 1000)
_WALL, _SKY, _LOW_SKY = (38, 44, 64), (226, 150, 96), (244, 205, 150)
_FRAME, _TABLE, _EDGE = (24, 28, 42), (104, 68, 48), (72, 46, 34)
_PAPER, _SHADE, _INK = (250, 246, 236), (206, 198, 182), (44, 52, 92)
_SEED = 12


def drawn() -> bytes:
    """As PNG; the same on every machine with the same Pillow."""
    picture = Image.new("RGB", SIZE, _WALL)
    pen = ImageDraw.Draw(picture)
    _window(pen)
    pen.rectangle((0, 640, 1500, 1000), fill=_TABLE)
    pen.rectangle((0, 640, 1500, 652), fill=_EDGE)
    pen.polygon(((460, 672), (1130, 672), (1290, 986), (330, 986)), fill=_SHADE)
    pen.polygon(((452, 664), (1120, 664), (1276, 976), (318, 976)), fill=_PAPER)
    chance = Chance(_SEED)
    for row in range(11):
        y = 690 + row * 26
        spread = (y - 664) / 312
        start, end = 490 - 130 * spread, 1082 + 150 * spread
        if row < 4:
            last = start + (end - start) * (0.62 if row == 3 else 1)
            pen.line((start, y, last, y), fill=_SHADE, width=6)
        else:
            _signature(pen, chance, start + 10, y)
            _signature(pen, chance, (start + end) / 2 + 20, y)
    pen.line((1180, 770, 1330, 905), fill=_INK, width=12)
    pen.line((1330, 905, 1344, 924), fill=_EDGE, width=5)
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=3)
    return written.getvalue()


def _window(pen: ImageDraw.ImageDraw) -> None:
    left, top, right, bottom = 520, 90, 980, 520
    for y in range(top, bottom):
        share = (y - top) / (bottom - top)
        mixed = tuple(round(a + (b - a) * share) for a, b in zip(_SKY, _LOW_SKY, strict=True))
        pen.line((left, y, right, y), fill=mixed)
    pen.ellipse((690, 380, 790, 480), fill=(255, 236, 196))
    for x, height in ((540, 90), (610, 140), (700, 70), (800, 120), (890, 160), (950, 60)):
        pen.rectangle((x, bottom - height, x + 62, bottom), fill=(92, 66, 74))
    for x in (left, 742, right):
        pen.rectangle((x - 8, top - 8, x + 8, bottom + 8), fill=_FRAME)
    for y in (top, 300, bottom):
        pen.rectangle((left - 8, y - 8, right + 8, y + 8), fill=_FRAME)


def _signature(pen: ImageDraw.ImageDraw, chance: Chance, x: float, y: float) -> None:
    points = [(x, y)]
    for _stroke in range(9 + int(chance.fraction() * 8)):
        x += 6 + chance.fraction() * 12
        points.append((x, y - 9 + chance.fraction() * 17))
    pen.line(points, fill=_INK, width=3, joint="curve")
