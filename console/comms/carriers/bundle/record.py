"""One event as it lies in a bundle, and the deflation of it and of the larger parts.

Events are deflated one by one, so that each can be told apart when it is damaged. What they have in common would then be said again
with each: a preset dictionary (RFC 1950, sec. 2.2) says it once for all. It belongs to version 1 of the format and never changes.
"""

from __future__ import annotations

import zlib

import msgspec

from console.comms.carriers.bundle.layout import MAX_RECORD_BYTES
from console.models.event import Stream, chain
from console.models.run import Entry

_WORDS = (
    "card.declared lead.declared power.changed conflict.reviewed hold.placed hold.lifted incident.purged unit.help "
    "unit.helped warning.acknowledged road.closed road.opened mode.switched record.withdrawn record.restored number leads "
    "saving percent left_s base field upto_hlc erased nature cap_status language event_code web areas acted reason line "
    "since_ms source mode table "
    "peer.invited peer.enrolled peer.revoked sensor.registered sensor.reading warning.received resource.registered resource.changed "
    "loss.reported unit.registered incident.opened incident.changed incident.closed task.assigned task.answered log.entered unit.report "
    "unit.status unit.position expires_ms role area sign_key curve_key invite why category hazard level response_level place occurred_ms "
    "exercise summary deaths missing injured moved_total moved_now sheep large_livestock houses loss_yuan remark callsign org people "
    "owner capacity quantity identifier sender sender_name sent_ms status msg_type scope event headline description instruction severity "
    "urgency certainty colour effective_ms onset_ms polygons circles geocodes references due_ms available dispatched enroute onscene "
    "acknowledged started done refused title kind name note author unit incident text state value at_ms lon lat heading_deg speed_mps "
    "alt_m accuracy_m valid_s "
)
_DICTIONARY = _WORDS.encode("ascii")
_RAW = -zlib.MAX_WBITS
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Entry)


def pack(entry: Entry, *, linked: bool) -> bytes:
    """An event, deflated. `linked`: `prev` follows from the event before it, and is left out."""
    content = _encode(msgspec.structs.replace(entry, prev=b"") if linked and entry.prev else entry)
    return _deflate(content, 6)


def unpack(content: bytes) -> Entry:
    """Raises ValueError, whatever the bytes; more than MAX_RECORD_BYTES are never made of them."""
    try:
        return _decoder.decode(inflate(content, MAX_RECORD_BYTES))
    except (msgspec.MsgspecError, OverflowError, RecursionError) as error:
        raise ValueError(str(error)[:200]) from error


def deflate(content: bytes) -> bytes:
    return _deflate(content, 9)


def _deflate(content: bytes, level: int) -> bytes:
    deflater = zlib.compressobj(level, zlib.DEFLATED, _RAW, 8, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return deflater.compress(content) + deflater.flush()


def inflate(content: bytes, most_bytes: int) -> bytes:
    """Raises ValueError: not deflated, cut short, something after it, or more than `most_bytes`."""
    inflater = zlib.decompressobj(_RAW, _DICTIONARY)
    try:
        opened = inflater.decompress(content, most_bytes)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not inflater.eof or inflater.unused_data:
        raise ValueError(f"not deflated, or more than {most_bytes} bytes")
    return opened


class Links:
    """Puts back what `pack` left out: `prev` of an event is the head after the one before it."""

    def __init__(self, stream: Stream, first_seq: int) -> None:
        self._stream, self._seq, self._head = stream, first_seq, b""

    def entry(self, stored: Entry) -> Entry:
        entry = stored
        if stored.signature and not stored.prev:
            entry = msgspec.structs.replace(stored, prev=self._head)
        if entry.signature:
            origin, topic = self._stream
            self._head = entry.erased or chain(entry.prev, origin, topic, self._seq, entry.hlc, entry.kind, entry.subject, entry.body)
        self._seq += 1
        return entry
