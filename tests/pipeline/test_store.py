from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset.trees import Folder
from generator.pipeline.artifact import Artifact
from generator.pipeline.digest import FileDigests
from generator.pipeline.store import CorruptEntry, Store


def _written(folder: Path) -> tuple[Store, Path]:
    store = Store(folder / "store")
    entry = store.entry("saliency", "f" * 64)
    arrays = {"maps": np.arange(12.0).reshape(3, 4)}
    store.write(entry, Artifact({"saliency": {"n": 1}}, {"k": "v"}, arrays, {"a.png": b"bytes"}), {"seed": 1})
    return store, entry


def _digests(folder: Path) -> FileDigests:
    return FileDigests(folder / "digests.json")


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    store, entry = _written(tmp_path)
    assert store.verify(entry, _digests(tmp_path))
    artifact = store.read(entry)
    assert artifact.results == {"saliency": {"n": 1}}
    assert artifact.facts == {"k": "v"}
    assert artifact.arrays["maps"].tolist() == np.arange(12.0).reshape(3, 4).tolist()
    assert dict(artifact.files) == {"a.png": b"bytes"}
    assert store.inputs(entry) == {"seed": 1}


def test_an_entry_that_is_not_there_is_not_fresh(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert not store.verify(store.entry("lime", "0" * 64), _digests(tmp_path))


@settings(max_examples=40, deadline=None)
@given(choice=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(tmp_path_factory: pytest.TempPathFactory, choice: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("flip")
    store, entry = _written(folder)
    digests = _digests(folder)
    assert store.verify(entry, digests)
    files = sorted(path for path in entry.rglob("*") if path.is_file())
    file = files[choice % len(files)]
    content = bytearray(file.read_bytes())
    content[choice % len(content)] ^= 1 << bit
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(CorruptEntry, match="damaged"):
        store.verify(entry, digests)


class StuckStamps(FileDigests):
    """A disk that changes bits without anybody writing: no stamp ever differs from the memo."""

    def of(self, file: Path, again: bool = False) -> str:
        known = self._memo.get(str(file))
        return str(known[4]) if known is not None and not again else super().of(file, again)


@pytest.mark.parametrize("part", ["manifest.json", "artifact.json", "inputs.json", "arrays/maps.npy", "files/a.png"])
def test_a_bit_that_flips_on_the_disk_is_noticed_although_no_stamp_shows_it(tmp_path: Path, part: str) -> None:
    store, entry = _written(tmp_path)
    digests = StuckStamps(tmp_path / "digests.json")
    assert store.verify(entry, digests)
    content = bytearray((entry / part).read_bytes())
    content[len(content) // 2] ^= 4
    (entry / part).write_bytes(content)
    with pytest.raises(CorruptEntry, match="damaged"):
        store.verify(entry, digests)


@pytest.mark.parametrize("part", ["manifest.json", "artifact.json", "arrays/maps.npy", "files/a.png"])
@pytest.mark.parametrize("how", ["gone", "short", "empty"])
def test_missing_and_truncated_files_are_noticed(tmp_path: Path, part: str, how: str) -> None:
    store, entry = _written(tmp_path)
    file = entry / part
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] if how == "short" else b"")
    with pytest.raises(CorruptEntry):
        store.verify(entry, _digests(tmp_path))


def test_a_killed_writer_leaves_no_entry(tmp_path: Path) -> None:
    store, entry = _written(tmp_path)
    entry.rename(entry.with_name(".half.123"))
    assert not store.verify(entry, _digests(tmp_path))
    store.prune(set())
    assert list((tmp_path / "store" / "saliency").iterdir()) == []


def test_results_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(ValueError, match="JSON"):
        store.write(store.entry("a", "0" * 64), Artifact({"a": {"b": float("nan")}}), {})


def test_names_that_leave_the_entry_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(ValueError, match="plain names"):
        store.write(store.entry("a", "0" * 64), Artifact(files={"../b": b""}), {})


def test_pruning_keeps_what_is_used(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    entries = [store.entry("lime", f"{i:064d}"[::-1]) for i in range(7)]
    for age, entry in enumerate(entries):
        store.write(entry, Artifact(), {})
        os.utime(entry, (age, age))
    store.prune({entries[0]}, per_stage=2)
    assert [entry.exists() for entry in entries] == [True, False, False, False, False, True, True]


def test_what_a_file_manager_leaves_in_the_store_is_no_entry_and_no_stage(tmp_path: Path) -> None:
    store, entry = _written(tmp_path)
    for folder in (store.folder, entry.parent, entry, entry / "files"):
        (folder / ".DS_Store").write_bytes(b"\0")
        (folder / "Thumbs.db").write_bytes(b"\0")
    store.prune(set(), per_stage=1)
    assert store.verify(entry, _digests(tmp_path))
    assert dict(store.read(entry).files) == {"a.png": b"bytes"}


def test_digests_notice_equal_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(b"aaaa")
    before = file.stat()
    memo = tmp_path / "memo.json"
    first = FileDigests(memo)
    one = first.of(file)
    first.save()
    file.write_bytes(b"bbbb")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert FileDigests(memo).of(file) != one


def test_digests_survive_a_broken_memo(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text("[broken")
    file = tmp_path / "a"
    file.write_bytes(b"x")
    digests = FileDigests(memo)
    expected = digests.of(file)
    digests.save()
    assert json.loads(memo.read_text())[str(file)][4] == expected


def test_digests_of_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    memo, kept, gone = tmp_path / "memo.json", tmp_path / "kept", tmp_path / "gone"
    first = FileDigests(memo)
    for file in (kept, gone):
        file.write_bytes(b"x")
        first.of(file)
    gone.unlink()
    first.save()
    assert list(json.loads(memo.read_text())) == [str(kept)]


def test_tree_digest_depends_on_names_and_contents(tmp_path: Path) -> None:
    digests = FileDigests(tmp_path / "memo.json")
    tree = tmp_path / "tree"
    (tree / "a").mkdir(parents=True)
    (tree / "a" / "1").write_bytes(b"1")
    one = digests.of_tree(tree)
    (tree / "a" / "1").rename(tree / "a" / "2")
    two = digests.of_tree(tree)
    (tree / "a" / "2").write_bytes(b"2")
    assert len({one, two, digests.of_tree(tree)}) == 3


def test_tree_digest_leaves_out_what_the_reader_of_the_data_leaves_out(tmp_path: Path) -> None:
    digests = FileDigests(tmp_path / "memo.json")
    tree = tmp_path / "tree"
    (tree / "a").mkdir(parents=True)
    (tree / "a" / "1.png").write_bytes(b"1")
    before = digests.of_tree(tree)
    for name in (".DS_Store", "a/.DS_Store", "a/Thumbs.db", "desktop.ini", "__MACOSX/a/1.png", ".git/HEAD"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"x")
    assert Folder(tree).paths == ["a/1.png"]
    assert digests.of_tree(tree) == before


def test_tree_digest_takes_any_name_that_the_disk_does(tmp_path: Path) -> None:
    digests = FileDigests(tmp_path / "memo.json")
    tree = tmp_path / "tree"
    tree.mkdir()
    found = set()
    for name in ("笑".encode("big5"), "臉".encode("big5"), "笑".encode()):
        file = Path(os.fsdecode(bytes(tree) + b"/" + name))
        file.write_bytes(b"1")
        found.add(digests.of_tree(tree))
        digests.save()
        assert FileDigests(tmp_path / "memo.json").of_tree(tree) in found
        file.unlink()
    assert len(found) == 3
