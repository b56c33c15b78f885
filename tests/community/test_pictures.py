"""Is nothing left of an uploaded picture but what it shows?"""

import io
import struct
import zlib

import pytest
from PIL import Image

from community.pictures import CleanPicture, UnusablePicture, clean_picture
from community.rules import PICTURE_MAX_BYTES, PICTURE_MAX_SIDE

SECRET = b"GPS 38.5816, -121.4944"


def drawn(
    format: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", color: str = "green", **save: object
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, format, **save)
    return file.getvalue()


def clean(content: bytes, size: int | None = None) -> CleanPicture:
    return clean_picture(io.BytesIO(content), len(content) if size is None else size)


def opened(picture: CleanPicture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_phones_and_browsers_send_becomes_a_jpeg(format: str) -> None:
    picture = clean(drawn(format))
    assert (picture.content_type, picture.width, picture.height) == ("image/jpeg", 40, 30)
    image = opened(picture)
    assert (image.format, image.size) == ("JPEG", (40, 30))
    red, green, blue = image.getpixel((20, 15))  # type: ignore[misc]
    assert green > 100 > max(red, blue)


def test_place_camera_and_comments_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera 7"
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    content = drawn("JPEG", exif=exif, comment=SECRET, icc_profile=b"profile " + SECRET) + b"trailing " + SECRET
    assert SECRET in content
    picture = clean(content)
    for left in (SECRET, b"Camera 7", b"Exif", b"trailing", b"ICC_PROFILE"):
        assert left not in picture.content
    assert len(opened(picture).getexif()) == 0


def test_a_picture_taken_upright_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = clean(drawn("JPEG", (40, 30), exif=exif))
    assert (picture.width, picture.height) == (30, 40)


@pytest.mark.parametrize(("size", "expected"), [((4000, 3000), (1600, 1200)), ((1600, 900), (1600, 900))])
def test_a_large_picture_is_made_smaller_and_others_are_not(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = clean(drawn("JPEG", size))
    assert (picture.width, picture.height) == expected
    assert max(picture.width, picture.height) <= PICTURE_MAX_SIDE


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    file = io.BytesIO()
    first, second = Image.new("RGB", (20, 20), "green"), Image.new("RGB", (20, 20), "red")
    first.save(file, "GIF", save_all=True, append_images=[second])
    image = opened(clean(file.getvalue()))
    assert getattr(image, "n_frames", 1) == 1
    assert image.getpixel((10, 10))[1] > 100  # type: ignore[index]


def test_what_is_transparent_becomes_white() -> None:
    assert opened(clean(drawn("PNG", mode="RGBA", color="#ff000000"))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_pixel_can_be_drawn(mode: str) -> None:
    picture = clean(drawn("JPEG" if mode == "CMYK" else "PNG", mode=mode, color=0))  # type: ignore[arg-type]
    assert opened(picture).mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        drawn("PNG")[:60],
        drawn("JPEG", (400, 300))[:300],
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        drawn("BMP"),
        drawn("TIFF"),
    ],
    ids=["empty", "text", "cut-png", "cut-jpeg", "svg", "pdf", "hollow-png", "bmp", "tiff"],
)
def test_what_is_no_picture_is_refused_with_words(content: bytes) -> None:
    with pytest.raises(UnusablePicture, match="Choose a photo"):
        clean(content)


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(UnusablePicture, match=r"has 10\.5 MB\. Choose one with up to 10 MB"):
        clean(b"", PICTURE_MAX_BYTES + 500_001)


def test_a_small_file_with_a_huge_picture_is_never_unpacked() -> None:
    """A header that promises 100,000 by 100,000 pixels: 30 gigabytes, in a few dozen bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(UnusablePicture, match="too many pixels"):
        clean(bomb)


def test_a_picture_between_the_limits_of_the_library_and_ours_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    big = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + crc + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"
    )
    with pytest.raises(UnusablePicture, match="9,000 by 9,000 pixels"):
        clean(big)
