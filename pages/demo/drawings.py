"""What do the pictures in the demo city show? A few shapes, drawn when they are needed."""

import io
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (960, 640)


def draw(name: str) -> SimpleUploadedFile:
    """A drawing as a phone would upload it."""
    image = Image.new("RGB", SIZE, "#f3e3c8")
    _DRAWINGS[name](ImageDraw.Draw(image))
    file = io.BytesIO()
    image.save(file, "PNG")
    return SimpleUploadedFile(f"{name}.png", file.getvalue(), "image/png")


def _cat(canvas: ImageDraw.ImageDraw) -> None:
    """A gray cat on a step, beside a blue door."""
    canvas.rectangle((620, 40, 900, 520), fill="#2f5d8c", outline="#203f60", width=8)
    canvas.rectangle((665, 90, 855, 250), fill="#3d6fa3")
    canvas.ellipse((645, 290, 675, 320), fill="#e8c468")
    canvas.rectangle((0, 520, 960, 640), fill="#b9a58a")
    canvas.line((0, 520, 960, 520), fill="#94836b", width=6)
    gray, dark, white = "#7d8187", "#5a5e64", "#fbfaf6"
    canvas.arc((120, 330, 330, 540), 60, 260, fill=gray, width=34)
    canvas.ellipse((230, 270, 450, 530), fill=gray)
    canvas.polygon([(265, 210), (275, 115), (330, 175)], fill=gray)
    canvas.polygon([(415, 210), (405, 115), (350, 175)], fill=gray)
    canvas.ellipse((250, 145, 430, 305), fill=gray)
    for left in (285, 365):
        canvas.ellipse((left, 200, left + 32, 240), fill="#d9c24a")
        canvas.ellipse((left + 11, 204, left + 21, 236), fill="#20231f")
    canvas.polygon([(328, 250), (352, 250), (340, 266)], fill="#c98a8a")
    for height in (256, 270):
        canvas.line((225, height - 6, 315, height), fill=dark, width=3)
        canvas.line((365, height, 455, height - 6), fill=dark, width=3)
    for left in (262, 352):
        canvas.ellipse((left, 480, left + 70, 532), fill=white)
    canvas.ellipse((300, 320, 380, 430), fill=white)


_DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {"cat": _cat}
