"""An enrolled peer that says anything at all: it is refused or stored, and never more than that."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from console.models import kinds
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from tests.models.voices import Voice, county, open_journal

_values = st.one_of(
    st.text(max_size=20),
    st.integers(-(2**63), 2**64 - 1),
    st.integers(0, 5),
    st.floats(),
    st.floats(-80, 80),
    st.booleans(),
    st.none(),
    st.binary(max_size=40),
    st.lists(st.text(max_size=3), max_size=3),
)


@st.composite
def _sayings(draw: st.DrawFn) -> tuple[str, str, bytes]:
    kind = draw(st.sampled_from(sorted(kinds.KINDS)))
    if draw(st.booleans()):
        fields = kinds.KINDS[kind].body.__struct_fields__
        raw = msgspec.msgpack.encode(draw(st.dictionaries(st.sampled_from([*fields, "else"]), _values, max_size=len(fields))))
    else:
        raw = draw(st.binary(max_size=60))
    return kind, draw(st.text(max_size=20) | st.sampled_from(["", "i", county().hex, "\x00"])), raw


_good = {
    "unit.position": kinds.UnitPosition(lon=1, lat=1, alt_m=float("inf"), speed_mps=0),
    "sensor.reading": kinds.SensorReading(value=float("nan")),
    "resource.registered": kinds.ResourceRegistered(name="\x00'\"%", quantity=float("inf")),
    "task.assigned": kinds.TaskAssigned(unit="\u2028", text="\ufffe", due_ms=-(1 << 53)),
    "warning.received": kinds.WarningReceived(
        identifier="", sender="", sent_ms=1 << 53, msg_type="Update", references=["", ",", "a,b,c,d"]
    ),
    "log.entered": kinds.LogEntered(text="\x00"),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(_sayings(), max_size=30), st.sampled_from(["node", "console", "unit"]))
def test_nothing_said_breaks_the_journal(said: list[tuple[str, str, bytes]], role: str) -> None:
    voice = Voice(1, area="6527")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "journal.db"
        journal = open_journal(path)
        try:
            journal.append([county().enrol(voice, role)])
            said = [*said, *((kind, "x", kinds.encode_body(body)) for kind, body in _good.items())]
            for index, (kind, subject, raw) in enumerate(said):
                # each on a topic of its own, so that one refused does not stop the next
                run = voice.say(kind, subject, raw, area=f"6527{index:02d}")
                outcome = journal.append([run]).outcomes[0]
                assert outcome.accepted == (outcome.refusal is None)
        finally:
            journal.close()
        reader = Reader(path)
        try:
            assert verify(reader.connection).damage == []
        finally:
            reader.close()
