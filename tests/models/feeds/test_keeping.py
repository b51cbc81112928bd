"""Pictures on disk: clips that other players open, files for their owner alone, bounds, and what goes when it is erased."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from console.errors import Fault
from console.models import kinds
from console.models.feeds.clip import Clip
from console.models.feeds.keeping import (
    file_away,
    forget_erased,
    keep_last,
    last_dir,
    media_dir,
    media_path,
    opened_for_owner,
    prune_last,
    read_last,
    room_for,
)
from console.models.feeds.rules import default_rule

KEEP = default_rule().keep
FFPROBE, FFMPEG = shutil.which("ffprobe"), shutil.which("ffmpeg")


@pytest.mark.skipif(not FFPROBE or not FFMPEG, reason="Debian's ffmpeg is not installed")
def test_a_clip_is_what_another_program_plays(tmp_path: Path) -> None:
    made = [str(FFMPEG), "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=8", "-t", "3", str(tmp_path / "%03d.jpg")]
    subprocess.run(made, check=True)
    clip = Clip(tmp_path / "clip.avi", 64, 48, 8.0)
    for picture in sorted(tmp_path.glob("*.jpg")):
        assert clip.add(picture.read_bytes())
    clip.close()
    asked = [
        "-loglevel",
        "warning",
        "-count_frames",
        "-show_entries",
        "stream=codec_name,width,height,nb_read_frames,duration",
        "-of",
        "csv",
    ]
    told = subprocess.run([str(FFPROBE), *asked, str(clip.path)], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["stream,mjpeg,64,48,3.000000,24"]
    assert told.stderr == ""
    assert clip.path.stat().st_mode & 0o777 == 0o600


def filed(root: Path, data: bytes) -> str:
    made = media_dir(root) / "made.jpg"
    with opened_for_owner(made) as file:
        file.write(data)
    return file_away(root, made, "image/jpeg").sha256


def test_a_file_is_known_by_its_hash_and_its_owners_alone(tmp_path: Path) -> None:
    sha256 = filed(tmp_path, b"one")
    path = media_path(tmp_path, sha256, "image/jpeg")
    assert path is not None
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert media_path(tmp_path, "../../etc/passwd", "image/jpeg") is None
    assert media_path(tmp_path, sha256, "text/plain") is None


def test_what_is_filed_has_a_bound_and_nothing_is_deleted_for_it(tmp_path: Path) -> None:
    sha256 = filed(tmp_path, b"x" * 1000)
    small = msgspec.structs.replace(KEEP, media_most_bytes=1500)
    room_for(tmp_path, 400, small)
    with pytest.raises(Fault, match="already take"):
        room_for(tmp_path, 600, small)
    assert media_path(tmp_path, sha256, "image/jpeg") is not None


def test_the_oldest_last_pictures_go_first_and_old_ones_are_not_shown(tmp_path: Path) -> None:
    small, now_s = msgspec.structs.replace(KEEP, last_most_bytes=250), float(int(time.time()))
    known: set[Path] = set()
    for at, feed in enumerate(("a", "b", "c")):
        keep_last(tmp_path, feed, b"j" * 100, KEEP)
        (path,) = set(last_dir(tmp_path).iterdir()) - known
        known.add(path)
        os.utime(path, (now_s - 300 + at, now_s - 300 + at))
    prune_last(tmp_path, small)
    assert [read_last(tmp_path, feed, KEEP) is not None for feed in "abc"] == [False, True, True]
    told = read_last(tmp_path, "c", KEEP)
    assert told is not None
    assert told.taken_ms == int(now_s - 298) * 1000
    assert read_last(tmp_path, "c", KEEP, now_s + KEEP.last_days * 86_400) is None


def test_files_of_what_was_erased_go_unless_another_entry_has_them(tmp_path: Path) -> None:
    gone, shared, kept = (filed(tmp_path, data) for data in (b"gone", b"shared", b"kept"))
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE timeline (incident TEXT, kind TEXT, body BLOB, mark TEXT)")
    for incident, sha256, mark in (("i", gone, "erased"), ("i", shared, "erased"), ("j", shared, ""), ("i", kept, "")):
        body = kinds.MediaFiled(incident=incident, name="", mime="image/jpeg", size=1, sha256=sha256, taken_ms=0)
        connection.execute("INSERT INTO timeline VALUES (?,?,?,?)", (incident, "media.filed", kinds.encode_body(body), mark))
    assert forget_erased(connection, tmp_path, ["j"]) == 0
    assert forget_erased(connection, tmp_path) == 1
    assert [media_path(tmp_path, sha256, "image/jpeg") is not None for sha256 in (gone, shared, kept)] == [False, True, True]
    connection.close()
