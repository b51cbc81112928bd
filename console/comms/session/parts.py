"""A frame that is too large for a narrow link, cut and put together again: what is more urgent goes between its parts.

A part says how many bytes of its frame follow, so that what is out of turn is noticed, and of each lane one frame is under way at most: the
receiver keeps `LARGEST_EVENT` bytes a lane and no more.
"""

from __future__ import annotations

from console.comms import wire
from console.comms.session import limits
from console.comms.wire import LARGEST_EVENT, Part, WireError
from console.models.event import LANES_BY_URGENCY, Lane


class Cutter:
    """What is left of the frames that are sent in parts, one a lane."""

    def __init__(self) -> None:
        self._left: dict[Lane, memoryview] = {}

    def __contains__(self, lane: Lane) -> bool:
        return lane in self._left

    @property
    def lane(self) -> Lane | None:
        """The most urgent that has something left."""
        return next((lane for lane in LANES_BY_URGENCY if lane in self._left), None)

    def cut(self, lane: Lane, frame: bytes) -> None:
        self._left[lane] = memoryview(frame)

    def next(self, lane: Lane, size: int) -> bytes:
        """The next part, as a frame of about `size` bytes at most."""
        left = self._left.pop(lane)
        size = max(1, size - limits.FRAME_SLACK)
        if len(left) > size:
            self._left[lane] = left[size:]
        return wire.encode(Part(LANES_BY_URGENCY.index(lane), bytes(left[:size]), max(0, len(left) - size)))


class Joiner:
    """What has come of the frames that the other side sends in parts."""

    def __init__(self) -> None:
        self._come: dict[int, bytearray] = {}
        self._left: dict[int, int] = {}

    def take(self, part: Part) -> bytes | None:
        """The whole frame once its last part is here. Raises WireError when the part is out of turn or the frame too large; what had come of it
        is forgotten."""
        come, left = self._come.pop(part.lane, bytearray()), self._left.pop(part.lane, None)
        if left is not None and left != len(part.data) + part.left:
            raise WireError("unexpected", f"a part with {len(part.data)} bytes and {part.left} to follow where {left} were left")
        if len(come) + len(part.data) + part.left > LARGEST_EVENT:
            raise WireError("unexpected", f"a frame in parts of more than {LARGEST_EVENT} bytes")
        come += part.data
        if not part.left:
            return bytes(come)
        self._come[part.lane], self._left[part.lane] = come, part.left
        return None
