"""Small data sets in every layout, for the tests beside this file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

FER2013 = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
USAGES = ("Training", "Training", "Training", "PublicTest", "PublicTest", "PrivateTest", "PrivateTest")


def faces(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48), dtype=np.uint8)


def rows(per_class: int = 7) -> list[tuple[int, np.ndarray, str]]:
    """Label, face and Usage: three Training, two PublicTest and two PrivateTest faces of each class."""
    images = faces(7 * per_class)
    return [(i % 7, images[i], USAGES[(i // 7) % 7]) for i in range(7 * per_class)]


def numbers(face: np.ndarray) -> str:
    return " ".join(str(value) for value in face.ravel().tolist())


def fer_csv(some: Iterable[tuple[int, np.ndarray, str]]) -> str:
    lines = [f"{label},{numbers(face)},{usage}\n" for label, face, usage in some]
    return "emotion,pixels,Usage\n" + "".join(lines)


def icml_csv(some: Iterable[tuple[int, np.ndarray, str]]) -> str:
    lines = [f"{label},{usage},{numbers(face)}\n" for label, face, usage in some]
    return "emotion, Usage, pixels\n" + "".join(lines)


def course_csv(some: Iterable[tuple[int, np.ndarray, str]]) -> str:
    return "label,feature\n" + "".join(f"{label},{numbers(face)}\n" for label, face, _ in some)


def picture(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def tree(some: Iterable[tuple[int, np.ndarray, str]], wrapper: str = "") -> dict[str, bytes]:
    """The layout of the Kaggle archive, lossless: names sort in the order of the rows."""
    return {
        f"{wrapper}{'train' if usage == 'Training' else 'test'}/{FER2013[label]}/{usage}_{i:04}.png": picture(face)
        for i, (label, face, usage) in enumerate(some)
    }


def by_class(classes: Iterable[str], each: int = 4, seed: int = 0) -> dict[str, bytes]:
    """``class/0.png`` …, without splits."""
    names = list(classes)
    images = faces(len(names) * each, seed)
    return {f"{name}/{i}.png": picture(images[k * each + i]) for k, name in enumerate(names) for i in range(each)}


def folder(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def archive(file: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", compression) as zipped:
        for path, data in files.items():
            zipped.writestr(path, data)
    return file


def text(file: Path, content: str | bytes) -> Path:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file
