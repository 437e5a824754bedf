"""Any picture file to a 48x48 grey face."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

SIDE = 48
SMALLEST = 8
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")


SLIGHT = 8
"""Channels that lie no further apart are grey: a scanner's tint, the rounding of a colour space."""


class Face(NamedTuple):
    """A picture as it was read.

    Attributes:
        pixels: uint8, shape (48, 48).
        converted: whether it was no 48x48 8-bit grey picture.
        coloured: whether it had colours, which are gone.
    """

    pixels: np.ndarray
    converted: bool
    coloured: bool


def face_of(data: bytes) -> Face:
    """Decode a picture.

    48x48 8-bit grey pictures are taken as they are. Others are turned upright (EXIF), laid on white where they are
    transparent, made grey by luma (ITU-R 601; 16-bit grey is divided by 257), cut to the middle square and resized
    bilinearly with smoothing. Of an animation the first picture counts.

    Args:
        data: the file's bytes.

    Raises:
        ValueError: with what is wrong, in words.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise _RefusedError(f"has too many pixels ({width}x{height}); at most {MOST_PIXELS:,} are read")
            if min(width, height) < SMALLEST:
                raise _RefusedError(f"has too few pixels ({width}x{height}); at least {SMALLEST}x{SMALLEST}")
            image.load()
            if image.mode == "L" and image.size == (SIDE, SIDE) and "transparency" not in image.info:
                return Face(np.asarray(image), False, False)
            return _converted(image)
    except _RefusedError as refusal:
        raise ValueError(str(refusal)) from None
    except Image.DecompressionBombError:
        raise ValueError(f"has too many pixels; at most {MOST_PIXELS:,} are read") from None
    except UnidentifiedImageError:
        kinds = "JPEG, PNG, BMP, GIF, TIFF, WebP or PGM"
        raise ValueError(f"is empty, expected a picture ({kinds})" if not data else f"is no {kinds} picture") from None
    except (
        Exception
    ) as error:  # Pillow's decoders raise whatever they stumble over: OSError, SyntaxError, struct.error.
        raise ValueError(f"is a damaged picture ({_one_line(error)})") from None


class _RefusedError(Exception):
    pass


def _converted(image: Image.Image) -> Face:
    upright = ImageOps.exif_transpose(image)
    side = min(upright.size)
    left, top = (upright.width - side) // 2, (upright.height - side) // 2
    square = _opaque(upright).crop((left, top, left + side, top + side))
    grey = square.convert("L")
    if grey.size != (SIDE, SIDE):
        grey = grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return Face(np.asarray(grey), True, _coloured(square))


def _coloured(image: Image.Image) -> bool:
    if image.mode in ("1", "L"):
        return False
    red, green, blue = image.convert("RGB").split()
    pairs = ((red, green), (green, blue), (red, blue))
    return any(bool(np.asarray(ImageChops.difference(*pair)).max() > SLIGHT) for pair in pairs)


def _opaque(image: Image.Image) -> Image.Image:
    """8 bits deep, on white where it is transparent."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise _RefusedError(f"holds grey values {values.min()} to {values.max()}, expected 8 or 16 bits")
        return Image.fromarray(((values * 2 + 257) // 514).astype(np.uint8))
    if image.mode == "F":
        raise _RefusedError("holds floating-point values, expected 8 or 16 bits")
    if image.has_transparency_data:
        above = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, above)
    return image


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__
