"""The wire: what two peers say to each other. This docstring is the protocol's specification, version 1.

**Transport.** ROUTER on the side that listens, DEALER on the side that dials, CURVE on both, one ZeroMQ frame a message, at most
`MAX_FRAME` bytes. A frame is one byte `VERSION` and then one msgpack array: the message's number, then its fields in the order of
the class below. Fields may be added at the end, with a default; a receiver ignores those it does not know.

**Standing.** The listener knows the dialler by its CURVE key, which the handshake proved. A key that is enrolled speaks the
*session* below. A token's one-time key speaks *enrolment* only. A key that was revoked, or a token that is used or expired, is told
`Refused` and nothing else; nothing it sends is read. Any other key fails the handshake (ZAP status 400).

**Enrolment.** Dialler: `Enrol`. Listener, after the enrolment is durable: `Enrolled`, or `Refused`. Both close; the dialler comes back
with its own key. `proof` is the Ed25519 signature by `sign_key` over `enrolment_proof(token public key, curve_key)`.

**Session.** Both sides send `Hello` first. It says what the sender holds (`vector`), what it wants, and how many bytes of `Events`
frames it will take (`credit`). Then each side sends what the other wants and lacks:

- lanes in the order command, report, telemetry; within a lane each stream in order, without a gap;
- never more bytes of `Events` frames than credit is left. Report and telemetry leave `session.limits.RESERVE` of it to command;
- report and telemetry no more than the link carries without a queue (`session.pace`): a command waits behind little;
- never what the other side sent itself, or made itself: but for what it made and its `Hello` shows it not to hold any more (its
  journal was lost), which comes before everything else and whatever it wants. A peer's own streams come first in its `Hello`.

The receiver commits, and only then sends `Ack`: of each stream the highest seq that is durable (a duplicate is acknowledged again), and
new credit for the frames it has settled (`Credit` alone when nothing could be acknowledged). An event that is not stored is answered with
`Refused` naming its stream and seq, and the sender sends no more of that stream on this connection (but for code `gap`: it begins again
after what was acknowledged; and once a minute for codes that may pass, such as `unknown-origin`). `Refused` without a stream refuses the
whole link. After a new connection all begins again with `Hello`: the vector there is what the sender resumes from.

**Ahead of its stream** comes what cannot wait for it, in `Ahead`: an event that a short message brought, and on a narrow link that has
fallen behind the newest telemetry of each thing. The receiver shows it at once (`models.journal.early` says what is believed) and passes it
on likewise; it is in no vector, and goes when its stream gets that far.

**In parts** comes an `Events` frame that would keep a narrow link busy for long: `Part` by `Part`, in order, what is more urgent between
them. Of each lane one frame at a time, at most `LARGEST_EVENT` bytes. A part counts against the credit, and is answered with `Credit` but for
the last, which is answered as the frame that it completes.

`Ping` is answered by `Pong` with the same `t`. A side that has said nothing for `session.limits.GONE_MS` is given up. `Bye` ends a session.

**Bad frames** (not decodable, out of turn, over credit, refused as forged) are counted and dropped; after `session.limits.MAX_BAD` of them the
session ends with `Bye` and the key is not heard for a while.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.event import MAX_BODY_BYTES, ORIGIN_BYTES, SIGNATURE_BYTES, Lane, Stream, Vector
from console.models.journal.early import Early
from console.models.plain import UNPRINTED
from console.models.run import Run

VERSION = 1
MAX_FRAME = 1 << 20
MAX_VECTOR = 16_000
MAX_RUNS = 4_000
MAX_PREFIXES = 64
MAX_AHEAD = 500
MAX_ABOVE = 16
MAX_CREDIT = 4 << 20
LARGEST_EVENT = MAX_BODY_BYTES + 2 * 1024
"""No frame with one event is larger."""

_TOPIC = "[0-9]{2,12}/(command|report|telemetry)"
OriginBytes = Annotated[bytes, Meta(min_length=ORIGIN_BYTES, max_length=ORIGIN_BYTES)]
KeyBytes = Annotated[bytes, Meta(min_length=32, max_length=32)]
TopicText = Annotated[str, Meta(max_length=32, pattern=rf"^{_TOPIC}\Z")]
SomeTopic = Annotated[str, Meta(max_length=32, pattern=rf"^({_TOPIC})?\Z")]
Seq = Annotated[int, Meta(ge=0, lt=1 << 62)]
Code = Annotated[str, Meta(max_length=64)]
Reason = Annotated[str, Meta(max_length=1000)]
Name = Annotated[str, Meta(max_length=200, pattern=rf"^[^{UNPRINTED}]*\Z")]
Area = Annotated[str, Meta(max_length=12)]
Millis = Annotated[int, Meta(ge=0, lt=1 << 53)]
Hlc = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
Count = Annotated[int, Meta(ge=0, lt=1 << 62)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Bytes = Annotated[int, Meta(ge=0, le=MAX_CREDIT)]
Prefixes = Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=MAX_PREFIXES)]
Holding = tuple[OriginBytes, TopicText, Seq]
Vec = Annotated[list[Holding], Meta(max_length=MAX_VECTOR)]


class WireError(Exception):
    """Bytes that are no message. `code`: oversize, version or malformed; `text`: for a person."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class Wants(msgspec.Struct, frozen=True, array_like=True):
    """What a peer wants to be sent: of each lane, what topics begin with (`6527` that area and below, `6527/` that area alone)."""

    command: Prefixes = []
    report: Prefixes = []
    telemetry: Prefixes = []

    def of(self, lane: Lane) -> list[str]:
        return getattr(self, lane.value)  # type: ignore[no-any-return]

    def covers(self, topic: str) -> bool:
        return topic.startswith(tuple(self.of(Lane(topic.rpartition("/")[2]))))


class Root(msgspec.Struct, frozen=True, array_like=True):
    """A node that is believed, and through it those it enrols."""

    sign_key: KeyBytes
    curve_key: KeyBytes
    name: Name
    role: Code
    area: Area


class Hello(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """`above`: a node tells those it enrolled which nodes are above it, as in `Enrolled`: it may have joined one since."""

    origin: OriginBytes
    role: Code
    name: Name
    area: Area
    wants: Wants
    vector: Vec
    credit: Bytes
    hlc: Hlc
    above: Annotated[list[Root], Meta(max_length=MAX_ABOVE)] = []


class Events(msgspec.Struct, frozen=True, array_like=True, tag=2):
    runs: Annotated[list[Run], Meta(min_length=1, max_length=MAX_RUNS)]


class Ack(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Durable here: of each stream named, every event up to the seq."""

    vector: Vec
    credit: Bytes = 0


class Credit(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """So many bytes more."""

    bytes: Bytes


class Ping(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """`t`: any number, given back in Pong. `battery`: per cent left, None on mains or unknown. `waiting`: how many events of each lane, in
    order of urgency, the sender still has for the other side; empty when it did not count."""

    t: Millis
    hlc: Hlc
    battery: Percent | None = None
    waiting: Annotated[list[Count], Meta(max_length=8)] = []


class Pong(msgspec.Struct, frozen=True, array_like=True, tag=6):
    t: Millis
    hlc: Hlc
    battery: Percent | None = None


class Bye(msgspec.Struct, frozen=True, array_like=True, tag=7):
    code: Code = ""
    reason: Reason = ""


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """`topic` "": the whole link is refused; else the stream (origin, topic) from `seq` on."""

    code: Code
    reason: Reason
    origin: Annotated[bytes, Meta(max_length=ORIGIN_BYTES)] = b""
    topic: SomeTopic = ""
    seq: Seq = 0


class Enrol(msgspec.Struct, frozen=True, array_like=True, tag=9):
    name: Name
    sign_key: KeyBytes
    curve_key: KeyBytes
    proof: Annotated[bytes, Meta(min_length=SIGNATURE_BYTES, max_length=SIGNATURE_BYTES)]


class Enrolled(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """Who the new peer is by now, and who says so. `above`: the nodes above `root`, whose orders come through it."""

    origin: OriginBytes
    name: Name
    role: Code
    area: Area
    root: Root
    above: Annotated[list[Root], Meta(max_length=MAX_ABOVE)] = []


class Ahead(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """Events before their streams get that far. Counted against the credit as Events are, answered with Credit."""

    events: Annotated[list[Early], Meta(min_length=1, max_length=MAX_AHEAD)]


class Part(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """The next bytes of an encoded Events frame. `lane`: 0 for the most urgent; `left`: bytes that follow in later parts."""

    lane: Annotated[int, Meta(ge=0, lt=len(Lane))]
    data: Annotated[bytes, Meta(min_length=1, max_length=LARGEST_EVENT)]
    left: Annotated[int, Meta(ge=0, le=LARGEST_EVENT)]


Message = Hello | Events | Ack | Credit | Ping | Pong | Bye | Refused | Enrol | Enrolled | Ahead | Part

_VERSION_BYTE = bytes([VERSION])
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    return _VERSION_BYTE + _encoder.encode(message)


def decode(frame: bytes) -> Message:
    """Raises WireError, whatever the bytes."""
    if len(frame) > MAX_FRAME:
        raise WireError("oversize", f"a frame of {len(frame)} bytes, {MAX_FRAME} are allowed")
    if not frame:
        raise WireError("malformed", "an empty frame")
    if frame[0] != VERSION:
        raise WireError("version", f"protocol version {frame[0]}, this program speaks {VERSION}")
    try:
        return _decoder.decode(memoryview(frame)[1:])
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise WireError("malformed", str(error)[:200]) from error


def to_vec(vector: Vector) -> list[Holding]:
    """For a message; the first MAX_VECTOR streams (of what is left out the other side may send what is held: a duplicate)."""
    return [(origin, topic, seq) for (origin, topic), seq in list(vector.items())[:MAX_VECTOR]]


def to_vector(vec: list[Holding]) -> Vector:
    return {Stream(origin, topic): seq for origin, topic, seq in vec}


def enrolment_proof(token_key: bytes, curve_key: bytes) -> bytes:
    """What `Enrol.proof` signs: that the owner of the signing key is the owner of both CURVE keys."""
    return b"fengsui enrol 1\0" + token_key + curve_key
