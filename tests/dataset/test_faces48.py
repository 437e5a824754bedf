"""Pictures of other sizes and kinds become 48x48 grey as documented."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from generator.dataset.faces48 import face_of
from tests.dataset import making

FACE = making.faces(1, seed=2)[0]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "GIF"])
def test_a_face_of_the_right_size_is_taken_as_it_is(kind):
    pixels, _, _ = face_of(making.picture(FACE, kind))
    np.testing.assert_array_equal(pixels, FACE)
    assert pixels.dtype == np.uint8


def test_jpeg_is_read_as_pillow_reads_it():
    pixels, converted, _ = face_of(making.picture(FACE, "JPEG", quality=95))
    assert not converted
    assert np.abs(pixels.astype(int) - FACE).mean() < 5


def grey_in(mode: str) -> Image.Image:
    image = Image.fromarray(FACE)
    if mode == "P":
        return image.convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE, colors=256)
    if mode == "I;16":
        return Image.fromarray(FACE.astype(np.uint16) * 257)
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "I;16"])
def test_grey_in_another_mode_keeps_its_values(mode):
    pixels, converted, coloured = face_of(making.picture(grey_in(mode)))
    assert converted
    assert not coloured
    np.testing.assert_allclose(pixels.astype(int), FACE.astype(int), atol=1)


def test_colour_becomes_luma():
    colour = np.zeros((48, 48, 3), np.uint8)
    colour[:16], colour[16:32], colour[32:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    pixels, _, coloured = face_of(making.picture(colour))
    assert coloured
    assert [int(pixels[row, 0]) for row in (0, 20, 40)] == pytest.approx([0.299 * 255, 0.587 * 255, 0.114 * 255], abs=1)


def tinted(by: int) -> Image.Image:
    return Image.fromarray(np.stack([FACE // 2 + by, FACE // 2, FACE // 2], axis=-1).astype(np.uint8))


@pytest.mark.parametrize(("by", "expected"), [(0, False), (3, False), (40, True)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_colours_are_told_from_a_slight_tint(by, expected, mode):
    image = tinted(by).convert("P", palette=Image.Palette.ADAPTIVE) if mode == "P" else tinted(by).convert(mode)
    assert face_of(making.picture(image, "TIFF" if mode == "CMYK" else "PNG")).coloured is expected


def test_colours_outside_the_middle_square_do_not_count():
    wide = np.zeros((48, 148, 3), np.uint8)
    wide[:, :40] = (255, 0, 0)
    assert not face_of(making.picture(wide)).coloured
    wide[10, 60] = (255, 0, 0)
    assert face_of(making.picture(wide)).coloured


def test_sixteen_bits_are_rounded_and_not_cut():
    deep = np.full((48, 48), 257 * 100 + 200, np.uint16)
    assert face_of(making.picture(Image.fromarray(deep)))[0][0, 0] == 101


def test_transparent_pixels_become_white():
    layered = np.zeros((48, 48, 4), np.uint8)
    layered[:, 24:, 3] = 255
    pixels, _, _ = face_of(making.picture(layered))
    assert (pixels[:, :24] == 255).all()
    assert (pixels[:, 24:] == 0).all()


def test_transparency_of_one_grey_value_becomes_white():
    data = making.picture(np.where(FACE < 128, 0, FACE).astype(np.uint8), transparency=0)
    pixels, _, _ = face_of(data)
    np.testing.assert_array_equal(pixels, np.where(FACE < 128, 255, FACE))


def test_the_middle_square_is_kept():
    wide = np.zeros((48, 148), np.uint8)
    wide[:, 50:98] = FACE
    np.testing.assert_array_equal(face_of(making.picture(wide))[0], FACE)
    np.testing.assert_array_equal(face_of(making.picture(np.ascontiguousarray(wide.T)))[0], FACE.T)


@pytest.mark.parametrize("side", [8, 20, 64, 96, 480])
def test_other_sizes_are_resized_smoothly(side):
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    pixels, converted, _ = face_of(making.picture((x * 120 + y * 120).astype(np.uint8)))
    assert converted
    assert pixels.shape == (48, 48)
    y, x = (np.mgrid[:48, :48] + 0.5) / 48
    assert np.abs(pixels - (x * 120 + y * 120))[4:-4, 4:-4].max() < 3


def test_a_fine_pattern_is_averaged_when_it_shrinks():
    y, x = np.mgrid[:480, :480]
    pixels, _, _ = face_of(making.picture(((x + y) % 2 * 255).astype(np.uint8)))
    assert np.abs(pixels.astype(float) - 127.5).max() < 3


def test_a_photograph_taken_sideways_is_turned_upright():
    upright = np.kron(FACE, np.ones((2, 2), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned: the picture is to be rotated by 90 degrees clockwise.
    sideways = Image.fromarray(np.ascontiguousarray(np.rot90(upright)))
    straight, _, _ = face_of(making.picture(Image.fromarray(upright)))
    turned, _, _ = face_of(making.picture(sideways, exif=exif))
    np.testing.assert_array_equal(turned, straight)


def test_of_an_animation_the_first_picture_counts():
    frames = [Image.fromarray(face) for face in making.faces(3, seed=8)]
    data = making.picture(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(face_of(data)[0], np.asarray(frames[0]))
