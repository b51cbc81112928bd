"""Pictures and clips of an incident go with its personal data, on the machine that has the files."""

from __future__ import annotations

from pathlib import Path

from console.comms.local.client import ask
from console.comms.local.messages import Draft, Purge
from console.comms.peer import Peer
from console.comms.peer.foreground import running_peer
from console.models import kinds
from console.models.feeds.keeping import file_away, media_dir, media_path, opened_for_owner
from console.models.journal.erasing import redacted
from console.models.paths import DataDir
from tests.waiting import deadline

PREVIEW = b"\xff\xd8 a face"


def filed(root: Path, data: bytes) -> str:
    made = media_dir(root) / "made.jpg"
    with opened_for_owner(made) as file:
        file.write(data)
    return file_away(root, made, "image/jpeg").sha256


def draft(body: kinds.Body, subject: str) -> Draft:
    return Draft(kind=kinds.kind_of(body), body=kinds.encode_body(body), subject=subject)


def picture(incident: str, sha256: str) -> Draft:
    body = kinds.MediaFiled(
        incident=incident,
        name="王秀英 在河口",
        mime="image/jpeg",
        size=9,
        sha256=sha256,
        taken_ms=5,
        preview=PREVIEW,
        note="王秀英",
        author="李强",
    )
    return draft(body, f"picture-{incident}")


def test_a_redacted_picture_keeps_its_hash_and_time_alone() -> None:
    told = kinds.decode_body("media.filed", redacted("media.filed", picture("i", "a" * 64).body))
    assert told == kinds.MediaFiled(incident="i", name="", mime="image/jpeg", size=9, sha256="a" * 64, taken_ms=5)


def test_a_purge_takes_the_files_and_leaves_those_of_others(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    gone, kept = filed(tmp_path, b"of the slide"), filed(tmp_path, b"of the flood")
    with running_peer(Peer(data, name="desk", area="652722", discovery=False)) as peer:
        opened = [draft(kinds.IncidentOpened(title=name, level=3), name) for name in ("slide", "flood")]
        peer.write([*opened, picture("slide", gone), picture("flood", kept)]).result(10)
        peer.write([draft(kinds.IncidentClosed(summary=""), "slide")]).result(10)
        assert media_path(tmp_path, gone, "image/jpeg") is not None, "closed is not purged"
        ask(data, lambda number: Purge(id=number, incident="slide", why="响应结束", author="张伟"))
        deadline(lambda: media_path(tmp_path, gone, "image/jpeg") is None, "the file is gone")
        assert media_path(tmp_path, kept, "image/jpeg") is not None
    assert all(b"of the slide" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_what_a_crash_left_is_deleted_at_the_next_start(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    sha256 = filed(tmp_path, b"left")
    (tmp_path / "aside").mkdir()
    held = tmp_path / "aside" / "held.jpg"
    with running_peer(Peer(data, name="desk", area="652722", discovery=False)) as peer:
        peer.write([draft(kinds.IncidentOpened(title="slide", level=3), "slide"), picture("slide", sha256)]).result(10)
        peer.write([draft(kinds.IncidentClosed(summary=""), "slide")]).result(10)
        path = media_path(tmp_path, sha256, "image/jpeg")
        assert path is not None
        path.rename(held)
        ask(data, lambda number: Purge(id=number, incident="slide", why="响应结束", author="张伟"))
    held.rename(path)
    with running_peer(Peer(data, name="desk", area="652722", discovery=False)):
        assert media_path(tmp_path, sha256, "image/jpeg") is None
