"""An exercise has a directory of its own, begins empty, keeps the one before, and is marked for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import Fault
from console.models.paths import DataDir
from console.views.window import opening
from console.views.window.opening import Opening, example, make_room


def test_the_example_lies_apart_from_real_data_and_is_heard_on_this_machine_alone(tmp_path: Path) -> None:
    played = example(tmp_path, 60)
    assert played.data.root == tmp_path / "example"
    assert played.office is not None
    assert played.office.listen.startswith("tcp://127.0.0.1:")
    assert played.exercise


def test_every_exercise_begins_empty_and_the_one_before_is_kept(tmp_path: Path) -> None:
    data = example(tmp_path, 60).data
    for round_ in ("first", "second", "third"):
        assert make_room(data)
        assert [path.name for path in data.root.iterdir()] == ["EXERCISE"]
        (data.root / round_).touch()
    assert (tmp_path / "example-before" / "second").exists()
    assert not (tmp_path / "example-before" / "first").exists()


def test_an_exercise_opened_later_is_still_marked(tmp_path: Path) -> None:
    data = example(tmp_path, 60).data
    make_room(data)
    assert Opening(data).exercise
    assert not Opening(DataDir(tmp_path)).exercise


def test_a_second_window_looks_on_and_does_not_play_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = example(tmp_path, 60).data
    make_room(data)
    (data.root / "journal.db").touch()
    monkeypatch.setattr(opening, "running", lambda path: object())
    assert not make_room(data)
    assert (data.root / "journal.db").exists()


def test_a_directory_that_cannot_be_put_aside_says_so(tmp_path: Path) -> None:
    data = example(tmp_path, 60).data
    make_room(data)
    (tmp_path / "example-before").touch()
    with pytest.raises(Fault, match="put aside"):
        make_room(data)
