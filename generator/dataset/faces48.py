"""Any picture file to a 48x48 grey face."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 48
SMALLEST = 8
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")


def face_of(data: bytes) -> tuple[np.ndarray, bool]:
    """Decode a picture.

    48x48 8-bit grey pictures are taken as they are. Others are turned upright (EXIF), laid on white where they are
    transparent, made grey by luma (ITU-R 601; 16-bit grey is divided by 257), cut to the middle square and resized
    bilinearly with smoothing. Of an animation the first picture counts.

    Args:
        data: the file's bytes.

    Returns:
        uint8, shape (48, 48), and whether the picture had to be converted.

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
                raise _RefusedError(f"has too few pixels for a face ({width}x{height}); at least {SMALLEST}x{SMALLEST}")
            image.load()
            if image.mode == "L" and image.size == (SIDE, SIDE) and "transparency" not in image.info:
                return np.asarray(image), False
            return _converted(image), True
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


def _converted(image: Image.Image) -> np.ndarray:
    upright = ImageOps.exif_transpose(image)
    side = min(upright.size)
    left, top = (upright.width - side) // 2, (upright.height - side) // 2
    grey = _grey(upright).crop((left, top, left + side, top + side))
    if grey.size != (SIDE, SIDE):
        grey = grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(grey)


def _grey(image: Image.Image) -> Image.Image:
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
        return Image.alpha_composite(white, above).convert("L")
    return image.convert("L")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__
