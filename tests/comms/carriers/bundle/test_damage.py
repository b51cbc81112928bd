"""No byte of a bundle can be changed unnoticed, and what is said of it names the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.bundle import layout
from console.comms.carriers.bundle.faults import DamagedFault, UnreadableFault
from console.comms.carriers.bundle.opened import BEGINNING, CONTENTS, END, SIGNATURE, Volume
from console.errors import Fault
from console.models.event import Lane
from tests.comms.carriers.bundle.people import Company, Person, company

__all__ = ["company"]


@pytest.fixture
def carried(company: Company, tmp_path: Path) -> tuple[Person, Path]:
    """(the receiver, a small bundle for it): an enrolment, an order, three reports, three positions."""
    node, desk = company.node, company.person("desk", "console", "6527")
    node.order(node.own("a"))
    for text in ("一", "two", "three"):
        node.report(text)
        node.move()
    [file] = node.make("desk", tmp_path / "small.fsb")
    return desk, file


def places(desk: Person, file: Path) -> dict[int, str]:
    """Of every byte, what it belongs to: worked out from the layout, not from what the reader says."""
    content = file.read_bytes()
    found = dict.fromkeys(range(len(content)), "")
    with Volume(file, desk.desk.owner()) as volume:
        begins, ends = volume._begins, volume._ends
        at = begins
        for segment in volume.contents.segments:
            for index in range(segment.count):
                size = layout.LENGTH_BYTES + int.from_bytes(content[at : at + layout.LENGTH_BYTES], "big")
                found |= dict.fromkeys(range(at, at + size), f"event {segment.topic} {segment.first_seq + index} of node")
                at += size
        assert at == ends
    signature = len(content) - layout.END_BYTES - layout.SIGNATURE_PART_BYTES
    found |= dict.fromkeys(range(begins), BEGINNING)
    found |= dict.fromkeys(range(ends, signature), CONTENTS)
    found |= dict.fromkeys(range(signature, len(content) - layout.END_BYTES), SIGNATURE)
    return found | dict.fromkeys(range(len(content) - layout.END_BYTES, len(content)), END)


def altered(file: Path, at: int, by: int) -> Path:
    content = bytearray(file.read_bytes())
    content[at] ^= by
    other = file.with_name("altered.fsb")
    other.write_bytes(content)
    return other


def test_every_single_byte_altered_is_noticed_and_its_place_named(carried: tuple[Person, Path]) -> None:
    desk, file = carried
    before = desk.journal.digest()
    for at, place in places(desk, file).items():
        with pytest.raises((DamagedFault, UnreadableFault)) as told:
            desk.take(altered(file, at, 1 << (at % 8)))
        if place.startswith("event"):
            assert isinstance(told.value, DamagedFault)
            assert told.value.place == place, at
        elif place != BEGINNING:  # there an altered receiver is told as another receiver
            assert place in str(told.value), at
    assert desk.journal.digest() == before
    assert desk.take(file).events == {"command": 2, "report": 3, "telemetry": 3}


def test_bytes_of_a_larger_bundle_altered_anyhow(company: Company, tmp_path: Path) -> None:
    node, desk = company.node, company.person("desk", "console", "6527")
    for number in range(300):
        node.report(f"report {number}")
    [file] = node.make("desk", tmp_path / "large.fsb")
    where = places(desk, file)

    @given(st.integers(0, len(where) - 1), st.integers(1, 255))
    def check(at: int, by: int) -> None:
        with pytest.raises((DamagedFault, UnreadableFault)) as told:
            desk.take(altered(file, at, by))
        if where[at].startswith("event"):
            assert where[at] in str(told.value)

    check()
    assert desk.journal.vector() == {}


@given(cut=st.floats(0, 0.999))
def test_a_file_cut_short_is_told(cut: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk, whole = kept(tmp_path_factory)
    part = whole.with_name("part.fsb")
    part.write_bytes(whole.read_bytes()[: int(len(whole.read_bytes()) * cut)])
    with pytest.raises(DamagedFault, match=r"cut short|no bundle|beginning"):
        desk.take(part)
    assert desk.journal.vector() == {}


_kept: list[tuple[Person, Path]] = []


def kept(factory: pytest.TempPathFactory) -> tuple[Person, Path]:
    """One bundle for all examples."""
    if not _kept:
        from contextlib import ExitStack

        root = factory.mktemp("kept")
        company = Company(root, ExitStack())
        desk = company.person("desk", "console", "6527")
        company.node.report("one")
        [file] = company.node.make("desk", root / "kept.fsb")
        _kept.append((desk, file))
    return _kept[0]


@given(garbage=st.binary(max_size=400), head=st.booleans(), tail=st.booleans())
def test_any_other_bytes_are_no_bundle(garbage: bytes, head: bool, tail: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk, whole = kept(tmp_path_factory)
    content = whole.read_bytes()
    other = whole.with_name("other.fsb")
    other.write_bytes((content[:120] if head else b"") + garbage + (content[-150:] if tail else b""))
    with pytest.raises((DamagedFault, UnreadableFault)):
        desk.show(other)


def test_something_put_after_or_between_is_noticed(carried: tuple[Person, Path]) -> None:
    desk, file = carried
    content = file.read_bytes()
    for other in (content + b"\0", content[:200] + content[220:], content[:300] + b"x" + content[300:]):
        altered_file = file.with_name("other.fsb")
        altered_file.write_bytes(other)
        with pytest.raises(DamagedFault):
            desk.take(altered_file)


def test_two_events_exchanged_are_noticed(carried: tuple[Person, Path]) -> None:
    """Both are sound in themselves; neither stands where it was."""
    desk, file = carried
    content, spans = file.read_bytes(), {}
    for at, place in places(desk, file).items():
        spans.setdefault(place, []).append(at)
    first, second = ([content[at] for at in spans[f"event 6527/telemetry {number} of node"]] for number in (1, 2))
    begins = spans["event 6527/telemetry 1 of node"][0]
    exchanged = content[:begins] + bytes(second) + bytes(first) + content[begins + len(first) + len(second) :]
    file.write_bytes(exchanged)
    with pytest.raises(DamagedFault, match="event 6527/telemetry 1 of node"):
        desk.take(file)


def test_a_bundle_for_another_cannot_be_read(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    other = company.person("other", "console", "6527")
    node.report("密")
    [file] = node.make("desk", tmp_path / "a.fsb")
    with pytest.raises(UnreadableFault, match="Only that peer can read it"):
        other.show(file)
    content = file.read_bytes()
    for secret in ("密".encode(), b"unit.report", b"6527/report", node.origin, node.keys.signer.public_key):
        assert secret not in content
    with pytest.raises(UnreadableFault):
        other.take(_renamed_receiver(file, other))


def _renamed_receiver(file: Path, other: Person) -> Path:
    """Its head made to name another receiver: the key does not."""
    content = file.read_bytes()
    length = int.from_bytes(content[9:11], "big")
    head = layout.decode(content[11 : 11 + length], layout.Head)
    forged = layout.beginning(layout.Head(other.origin, head.key, head.once))
    file.write_bytes(forged + content[11 + length :])
    return file


def test_with_another_key_it_does_not_open(company: Company, tmp_path: Path) -> None:
    """Head rewritten for another peer and its key: what follows was sealed for someone else."""
    node = company.node
    company.person("desk", "console", "6527")
    other = company.person("other", "console", "6527")
    [file] = node.make("desk", tmp_path / "a.fsb")
    content = file.read_bytes()
    length = int.from_bytes(content[9:11], "big")
    head = layout.decode(content[11 : 11 + length], layout.Head)
    file.write_bytes(layout.beginning(layout.Head(other.origin, other.keys.curve.public, head.once)) + content[11 + length :])
    with pytest.raises(DamagedFault, match=BEGINNING):
        other.show(file)


def test_a_revoked_maker_is_refused(company: Company, tmp_path: Path) -> None:
    node, desk, lost = company.node, company.person("desk", "console", "6527"), company.person("lost", "console", "6527")
    lost.take(*node.make("lost", tmp_path / "a.fsb"))
    lost.report("before")
    [file] = lost.make("desk", tmp_path / "b.fsb")
    node.revoke(lost)
    desk.take(*node.make("desk", tmp_path / "c.fsb"))
    with pytest.raises(UnreadableFault, match="lost, who made it, was revoked"):
        desk.take(file)


def test_a_bundle_that_tells_that_its_own_maker_was_revoked_is_believed_up_to_there(company: Company, tmp_path: Path) -> None:
    node, desk, lost = company.node, company.person("desk", "console", "6527"), company.person("lost", "console", "6527")
    desk.take(*node.make("desk", tmp_path / "a.fsb"))
    node.knows(desk)
    node.revoke(lost)
    lost.journal.append(node.journal.read({}, Lane.COMMAND, ["6527"], max_bytes=1 << 20))
    for number in range(150):
        lost.report(f"still here {number}")
    taken = desk.take(*lost.make("desk", tmp_path / "c.fsb"))
    assert taken.events == {"command": 1}
    assert [(each.place, each.code) for each in taken.refused] == [("6527/report 1 of lost", "revoked")]
    assert not [stream for stream in desk.journal.vector() if stream.origin == lost.origin]


def test_files_that_are_none(carried: tuple[Person, Path], tmp_path: Path) -> None:
    import os

    desk, _ = carried
    os.mkfifo(tmp_path / "pipe.fsb")
    for path in (tmp_path / "missing.fsb", tmp_path, tmp_path / "pipe.fsb"):
        with pytest.raises(Fault, match=path.name):
            desk.show(path)
    (tmp_path / "empty.fsb").touch()
    with pytest.raises(DamagedFault):
        desk.show(tmp_path / "empty.fsb")


def test_a_newer_format_is_left_alone(carried: tuple[Person, Path]) -> None:
    desk, file = carried
    content = bytearray(file.read_bytes())
    content[8] = 2
    file.write_bytes(content)
    with pytest.raises(UnreadableFault, match="newer version"):
        desk.show(file)
