"""Files of rules: read in one way, and a fault in one names the file, the place in it and what to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from console.errors import Fault, UsageFault
from console.models.form import MAX_FILE_BYTES, read_toml, rules


class Part(msgspec.Struct, forbid_unknown_fields=True):
    least: Annotated[float, Meta(ge=0)]
    most: float

    def __post_init__(self) -> None:
        if self.least > self.most:
            raise ValueError("least must be at most most")


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    part: Part


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"[part]\nleast = 3\nmost = 2", r"least must be at most most - at `\$\.part`"),
        (b"[part]\nleast = nan\nmost = 2", r"Expected `float` >= 0.0 - at `\$\.part\.least`"),
        (b"[part]\nleast = 1", r"missing required field `most` - at `\$\.part`"),
        (b"[part]\nleast = 1\nmost = 2\nmore = 3", "unknown field `more`"),
        (b"[part]\nleast = ", "at end of document"),
        (b"[part]\xff", "can't decode byte 0xff"),
        (b"a = " + b"[" * 10_000, "recursion"),
        (b"#" * (MAX_FILE_BYTES + 1), "larger than 1024 KiB"),
    ],
)
def test_what_is_wrong_is_said_with_file_place_and_remedy(tmp_path: Path, text: bytes, place: str) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(text)
    with pytest.raises(Fault, match=rf"some\.toml: not usable: .*{place}.*restore it from the installation"):
        read_toml(path, Whole)


def test_what_is_not_there_is_said_as_the_caller_wants(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match=r"none\.toml: cannot be read: No such file or directory. Mend the settings."):
        read_toml(tmp_path / "none.toml", Whole, UsageFault, "Mend the settings.")
    with pytest.raises(Fault, match="not a file, but a folder, a pipe or a device"):
        read_toml(tmp_path, Whole)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(Fault, match="not a file, but a folder, a pipe or a device"):
        read_toml(tmp_path / "pipe.toml", Whole)


def test_a_rule_is_read_once() -> None:
    class Late(msgspec.Struct):
        late_after_s: float

    assert rules("lateness", Late) is rules("lateness", Late)
