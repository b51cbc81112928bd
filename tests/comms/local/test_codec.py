"""Local messages from hostile or other programs: whatever the bytes, a DecodeError."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.local.codec import decode_from_peer, decode_from_window, encode
from console.comms.local.messages import Done, Draft, Failed, Hello, Invite, Join, Link, LinksNow, Me, Message, Revoke, Welcome, Write

ME = Me(origin="~~~~", name="~~~~", role="~~~~", area="~~~~", version="~~~~", pid=1, listen=["~~~~"], faults={"~~~~": "~~~~"})
LINK = Link(id="~~~~", peer="~~~~", name="~~~~", reason="~~~~", waiting={"~~~~": 1})
FROM_WINDOW: list[Message] = [
    Write(id=1, drafts=[Draft(kind="~~~~", body=b"", subject="~~~~", area="~~~~")]),
    Invite(id=1, role="~~~~", area="~~~~"),
    Revoke(id=1, peer="~~~~", why="~~~~"),
    Join(id=1, token="~~~~", name="~~~~"),
]
FROM_PEER: list[Message] = [
    Welcome(me=ME, links=[LINK]),
    LinksNow(me=ME, links=[LINK]),
    Done(id=1, ids=["~~~~"], token="~~~~"),
    Failed(id=1, reason="~~~~"),
]


def broken(message: Message) -> list[bytes]:
    """The message with each of its texts in turn no UTF-8."""
    parts = encode(message).split(b"\xa4~~~~")
    good, bad = b"\xa4~~~~", b"\xa4\xff\xfe\xed\xa0"
    return [good.join(parts[:n]) + bad + good.join(parts[n:]) for n in range(1, len(parts))]


@pytest.mark.parametrize(
    ("message", "decode"),
    [(message, decode_from_window) for message in FROM_WINDOW] + [(message, decode_from_peer) for message in FROM_PEER],
    ids=lambda part: type(part).__name__,
)
def test_a_text_that_is_no_utf8(message: Message, decode: Callable[[bytes], object]) -> None:
    assert decode(encode(message)) == message
    frames = broken(message)
    assert frames
    for frame in frames:
        with pytest.raises(msgspec.DecodeError):
            decode(frame)


@given(st.binary(max_size=200))
def test_any_bytes(frame: bytes) -> None:
    for decode in (decode_from_window, decode_from_peer):
        for bytes_ in (frame, encode(Hello())[:-1] + frame):
            with suppress(msgspec.DecodeError):
                decode(bytes_)
