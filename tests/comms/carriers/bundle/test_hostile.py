"""A maker who is enrolled and means harm: what it can seal and sign it may lie about, and nothing comes of it."""

from __future__ import annotations

import os
import resource
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from console.comms.carriers.bundle import layout, record
from console.comms.carriers.bundle.faults import DamagedFault, UnreadableFault
from console.comms.carriers.bundle.layout import About, Contents, Segment
from console.comms.carriers.bundle.opened import BEGINNING, CONTENTS
from console.comms.carriers.bundle.seal import Part, begin
from console.models.clock import hlc_from_ms
from console.models.run import Entry
from tests.comms.carriers.bundle.people import NOW_MS, Company, Person, company

__all__ = ["company"]
ENTRY = Entry(hlc_from_ms(NOW_MS), "unit.position", "x", b"\x80")


@pytest.fixture
def pair(company: Company, tmp_path: Path) -> tuple[Person, Person]:
    """(who means harm, its victim)."""
    desk, bad = company.person("desk", "console", "6527"), company.person("bad", "console", "6527")
    desk.take(*company.node.make("desk", tmp_path / "grants.fsb"))
    return bad, desk


def forged(
    bad: Person,
    desk: Person,
    records: list[bytes],
    contents: Callable[[int], object],
    *,
    about: bytes | None = None,
    inflated: Callable[[bytes], bytes] = record.deflate,
) -> Path:
    """A volume with any contents list, rightly sealed and signed. `contents`: from the size of the records."""
    begun = begin(desk.origin, desk.keys.curve.public)
    said = layout.encode(About(bad.keys.signer.public_key, os.urandom(16), 1, NOW_MS, hlc_from_ms(NOW_MS)))
    sealed_about = begun.seal.close(Part.ABOUT, 0, record.deflate(said) if about is None else about)
    body = b"".join(_part(begun.seal.close(Part.RECORD, number, each)) for number, each in enumerate(records))
    listed = inflated(msgspec.msgpack.encode(contents(len(body))))
    sealed = begun.seal.close(Part.CONTENTS, 0, listed)
    signature = bad.keys.signer.sign(layout.signed(begun.beginning, sealed_about, sealed))
    front = begun.beginning + _part(sealed_about) + body
    end = len(front).to_bytes(8, "big") + layout.END_MAGIC
    path = bad.data.root / "forged.fsb"
    path.write_bytes(front + _part(sealed) + _part(begun.seal.close(Part.SIGNATURE, 0, signature)) + end)
    return path


def _part(sealed: bytes) -> bytes:
    return len(sealed).to_bytes(4, "big") + sealed


def listing(bad: Person, **values: object) -> Callable[[int], Contents]:
    """One segment of telemetry of `bad`, with other values."""

    def made(size: int) -> Contents:
        held = {"origin": bad.origin, "topic": "6527/telemetry", "first_seq": 1, "count": 1, "size": size, "kinds": {"unit.position": 1}}
        segment = Segment(**{**held, "first_ms": NOW_MS, "last_ms": NOW_MS, **values})  # type: ignore[arg-type]
        return Contents([segment], [], {}, True)

    return made


def test_the_forger_forges_well(pair: tuple[Person, Person]) -> None:
    """What follows is refused for its lies, not for its making."""
    bad, desk = pair
    entry = Entry(hlc_from_ms(NOW_MS), "unit.position", bad.own(), _position())
    assert desk.take(forged(bad, desk, [record.pack(entry, linked=False)], listing(bad))).events == {"telemetry": 1}


def _position() -> bytes:
    from console.models.kinds import UnitPosition, encode_body

    return encode_body(UnitPosition(lon=82.0, lat=44.0))


def raw_deflate(content: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(content) + deflater.flush()


@pytest.mark.parametrize(
    "lie",
    [
        {"count": 1_000_000_000},
        {"count": 2000},
        {"count": 0},
        {"first_seq": 1 << 62},
        {"first_seq": 0},
        {"size": 1 << 60},
        {"size": 5},
        {"size": -1},
        {"topic": "../../etc/passwd"},
        {"topic": "6527/gossip"},
        {"origin": b"short"},
        {"kinds": {f"kind.{n}": 1 for n in range(1000)}},
        {"kinds": {"x" * 500: 1}},
        {"first_ms": 1 << 60},
    ],
)
def test_a_contents_list_that_lies_is_refused(pair: tuple[Person, Person], lie: dict[str, object]) -> None:
    bad, desk = pair
    with pytest.raises(DamagedFault) as told:
        desk.take(forged(bad, desk, [record.pack(ENTRY, linked=False)], listing(bad, **lie)))
    assert told.value.place == CONTENTS
    assert len(desk.journal.vector()) == 1


@pytest.mark.parametrize("what", [b"", b"\xc1", {"a": 1}, [1, 2, 3], [[], [], {}], list(range(50_000)), "x" * 100_000])
def test_a_contents_list_that_is_none_is_refused(pair: tuple[Person, Person], what: object) -> None:
    bad, desk = pair
    with pytest.raises(DamagedFault):
        desk.show(forged(bad, desk, [], lambda _size: what))


def test_a_contents_list_that_swells_is_refused_before_it_does(pair: tuple[Person, Person]) -> None:
    bad, desk = pair
    bomb = raw_deflate(b"\0" * (400 << 20))
    assert len(bomb) < 500_000
    before = _peak_bytes()
    with pytest.raises(DamagedFault, match=CONTENTS):
        desk.show(forged(bad, desk, [], lambda _size: 0, inflated=lambda _content: bomb))
    assert _peak_bytes() - before < 150 << 20


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def test_an_event_that_swells_is_refused_and_named(pair: tuple[Person, Person]) -> None:
    bad, desk = pair
    bomb = raw_deflate(b"\0" * (60 << 20))
    with pytest.raises(DamagedFault, match=r"event 6527/telemetry 1 of"):
        desk.take(forged(bad, desk, [bomb], listing(bad)))


@pytest.mark.parametrize("content", [b"", b"x", raw_deflate(b"\xc1"), raw_deflate(msgspec.msgpack.encode([1, 2])), os.urandom(5000)])
def test_an_event_that_is_none_is_refused_and_named(pair: tuple[Person, Person], content: bytes) -> None:
    bad, desk = pair
    with pytest.raises(DamagedFault) as told:
        desk.take(forged(bad, desk, [content + b"\0" * 4], listing(bad)))
    assert told.value.place == f"event 6527/telemetry 1 of {bad.origin.hex()[:12]}"


def test_an_about_that_swells_is_refused(pair: tuple[Person, Person]) -> None:
    bad, desk = pair
    with pytest.raises(DamagedFault, match=BEGINNING):
        desk.show(forged(bad, desk, [], lambda _size: 0, about=raw_deflate(b"\0" * (20 << 20))))


def test_signed_in_the_name_of_another_it_is_refused(pair: tuple[Person, Person], company: Company) -> None:
    bad, desk = pair
    about = layout.encode(About(company.node.keys.signer.public_key, os.urandom(16), 1, NOW_MS, 1))
    with pytest.raises(DamagedFault, match="its signature"):
        desk.show(forged(bad, desk, [], lambda _size: Contents([], [], {}, True), about=record.deflate(about)))


def test_events_of_others_are_not_forged(pair: tuple[Person, Person], company: Company) -> None:
    """Sealed and signed as a bundle by an enrolled console; but what is signed by nobody was said by nobody."""
    bad, desk = pair
    node = company.node
    entry = Entry(hlc_from_ms(NOW_MS + 9), "peer.revoked", desk.origin.hex(), b"\x80", 0, bytes(32), bytes(64))
    listed = listing(bad, origin=node.origin, topic="6527/command", kinds={"peer.revoked": 1}, first_seq=3)
    taken = desk.take(forged(bad, desk, [record.pack(entry, linked=False)], listed))
    assert [each.code for each in taken.refused] == ["chain"]
    assert desk.journal.trust.grant(desk.origin).revoked_hlc == 0  # type: ignore[union-attr]


def test_a_unit_cannot_pass_on_what_others_are_said_to_have_sent(company: Company, tmp_path: Path) -> None:
    node, unit, victim = company.node, company.person("unit", "unit"), company.person("victim", "unit")
    entry = Entry(hlc_from_ms(NOW_MS), "unit.position", victim.own(), _position())
    listed = listing(unit, origin=victim.origin, topic="652701/telemetry")
    taken = node.take(forged(unit, node, [record.pack(entry, linked=False)], listed))
    assert [each.code for each in taken.refused] == ["relay"]


def test_early_events_of_others_need_their_signature(company: Company) -> None:
    node, unit, victim = company.node, company.person("unit", "unit"), company.person("victim", "unit")
    entry = Entry(hlc_from_ms(NOW_MS), "unit.report", victim.own(), _report())
    listed = listing(unit, origin=victim.origin, topic="652701/report", first_seq=5, early=True, kinds={"unit.report": 1})
    taken = node.take(forged(unit, node, [record.pack(entry, linked=False)], listed))
    assert (taken.early, [each.code for each in taken.refused]) == (0, ["relay"])


def _report() -> bytes:
    from console.models.kinds import UnitReport, encode_body

    return encode_body(UnitReport(text="x"))


def test_a_name_is_never_a_path(pair: tuple[Person, Person], tmp_path: Path) -> None:
    bad, desk = pair
    names = {bad.origin: "../../../tmp/evil\n\x1b[2J"}

    def listed(size: int) -> Contents:
        return Contents(listing(bad)(size).segments, [], names, True)

    before = sorted(tmp_path.rglob("*"))
    path = forged(bad, desk, [record.pack(ENTRY, linked=False)], listed)
    desk.show(path)
    desk.take(path)
    assert [each for each in sorted(tmp_path.rglob("*")) if each not in before] == [path]


def test_what_it_is_said_to_hold_does_no_harm(pair: tuple[Person, Person]) -> None:
    """A maker may only speak of itself: who lies about it is sent too little."""
    bad, desk = pair
    holds = layout.to_holds(dict.fromkeys(desk.journal.vector(), 1 << 61))
    desk.take(forged(bad, desk, [], lambda _size: Contents([], holds, {}, True)))
    assert desk.journal.known_of(bad.origin) is not None
    assert sum(desk.plan("bad").events.values()) == 0


def test_a_one_time_key_that_is_none(pair: tuple[Person, Person]) -> None:
    bad, desk = pair
    path = forged(bad, desk, [], lambda _size: 0)
    content = path.read_bytes()
    for once in (bytes(32), b"\x01" + bytes(31)):
        front = layout.beginning(layout.Head(desk.origin, desk.keys.curve.public, once))
        path.write_bytes(front + content[len(front) :])
        with pytest.raises((DamagedFault, UnreadableFault)):
            desk.show(path)
