"""How does a picture that somebody uploads become one that may be kept and shown?"""

import io
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from community.rules import PICTURE_MAX_BYTES, PICTURE_MAX_PIXELS, PICTURE_MAX_SIDE
from core.errors import DomainError

# What phones and browsers send. No SVG: it is a program, not a picture.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
CONTENT_TYPE = "image/jpeg"
QUALITY = 85


class UnusablePicture(DomainError):
    """The text says what is wrong with the picture and which one to choose instead."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture made anew from its pixels: nothing else that stood in the file is left."""

    content: bytes
    content_type: str
    width: int
    height: int


def clean_picture(upload: IO[bytes], size: int) -> CleanPicture:
    """Draw an uploaded picture anew: upright, at most `PICTURE_MAX_SIDE` long, without place, camera and time.

    Of a moving picture the first frame stays; what is transparent becomes white.

    Args:
        size: In bytes, as the upload itself says.

    Raises:
        UnusablePicture: Too large, or nothing that can be read as a picture.
    """
    if size > PICTURE_MAX_BYTES:
        raise UnusablePicture(
            f"This picture has {size / 1_000_000:.1f} MB. Choose one with up to {PICTURE_MAX_BYTES // 1_000_000} MB."
        )
    try:
        with warnings.catch_warnings():
            # A small file can unpack to gigabytes; the header tells before anything is unpacked.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as picture:
                if picture.width * picture.height > PICTURE_MAX_PIXELS:
                    raise UnusablePicture(
                        f"This picture is {picture.width:,} by {picture.height:,} pixels. Make it smaller first."
                    )
                # JPEGs are unpacked at a fraction of their size where that is enough.
                picture.draft("RGB", (PICTURE_MAX_SIDE, PICTURE_MAX_SIDE))
                return _redrawn(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePicture("This picture has too many pixels. Make it smaller first.") from error
    # Broken files fail in as many ways as there are decoders.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        raise UnusablePicture(
            "This file cannot be read as a picture. Choose a photo (JPEG, PNG, WebP or GIF)."
        ) from error


def _redrawn(picture: Image.Image) -> CleanPicture:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((PICTURE_MAX_SIDE, PICTURE_MAX_SIDE))
    pixels = upright.convert("RGBA")
    paper = Image.new("RGB", pixels.size, "white")
    paper.paste(pixels, mask=pixels.getchannel("A"))
    drawn = io.BytesIO()
    paper.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return CleanPicture(drawn.getvalue(), CONTENT_TYPE, paper.width, paper.height)
