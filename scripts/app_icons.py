"""Draw the app's icons of ``static/img`` (run once, after the mark has changed).

The mark of ``static/img/mark.svg`` in PNG, as phones want it: a rounded square, and one that fills its
square with the mark inside the safe circle, which phones cut to their own shape ("maskable").
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "img"
BLUE, WHITE = "#2f5bd0", "#ffffff"
LINE = ((6, 15.5), (10, 10.5), (13.2, 13.5), (18, 7.5))  # in the 24 × 24 square of the mark
FINE = 4  # drawn larger, then reduced: smooth edges


def drawn(size: int, *, is_maskable: bool) -> Image.Image:
    """Return one icon of ``size`` × ``size`` pixels."""
    side = size * FINE
    image = Image.new("RGBA", (side, side), BLUE if is_maskable else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if not is_maskable:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 6 / 24, fill=BLUE)
    scale = side / 24 * (0.8 if is_maskable else 1)
    points = [(side / 2 + (x - 12) * scale, side / 2 + (y - 12) * scale) for x, y in LINE]
    width = 1.8 * scale
    draw.line(points, fill=WHITE, width=round(width))
    for x, y in points:
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=WHITE)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    for size in (192, 512):
        drawn(size, is_maskable=False).save(FOLDER / f"app-any-{size}.png", optimize=True)
    drawn(512, is_maskable=True).save(FOLDER / "app-maskable-512.png", optimize=True)


if __name__ == "__main__":
    main()
