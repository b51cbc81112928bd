"""What the sentences say, in the two families of terminals.

`Rdss21`: BeiDou-2, RDSS interface 2.1 (`$CCICA $CCTXA $CCRMO`, answers `$BDICI $BDTXR $BDFKI $BDBSI`). `Bds3`: BeiDou-3 (`$CCICR $CCTCQ
$CCRMO`, answers `$BDICP $BDTCI $BDFKI $BDPWI`). Sources: the public interface tables of RDSS 2.1 (vendors' manuals, J. of NWPU 38-5 table 2)
and of BeiDou-3 short-message modules (TD3050, TD3203B); where they differ, what both accept.

Content travels as the hex digits of bytes, in the mixed coding, which begins with `A4`. A card number is seven digits (eight, of the newest).
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

from console.comms.carriers.beidou.sentences import Sentence, SentenceError

MIXED = 0xA4
MAX_CONTENT = 1750
"""Bytes: 14,000 bits, the most that a region message takes."""
MAX_CARD = (1 << 24) - 1
"""Addresses are 24 bits long."""
MAX_WAIT_S = 3600
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+[0-9A-Fa-f]?\Z")
_NO_CARD = "0000000"


class CardInfo(NamedTuple):
    """`number` "": no card is in the terminal. One message in `rate_s` seconds, of a length that `level` decides."""

    number: str
    rate_s: int
    level: int


class Signal(NamedTuple):
    """`bars`: 0 (none) to 4, of the best beam; `beams`: how many are heard."""

    bars: int
    beams: int


class Feedback(NamedTuple):
    """What the terminal did with the message it was given. `reason`: 0, or 1 too early, 2 suppressed by the system, 3 silent by setting,
    4 no lock on a beam, 5 no card, 6 not permitted; `wait_s`: until the next may be sent."""

    sent: bool
    reason: int
    wait_s: int


class Incoming(NamedTuple):
    sender: str
    content: bytes


class AskCard(NamedTuple):
    pass


class AskSignal(NamedTuple):
    every_s: int


class Transmit(NamedTuple):
    to: str
    content: bytes


Answer = CardInfo | Signal | Feedback | Incoming
Order = AskCard | AskSignal | Transmit


class Dialect(Protocol):
    """`order`, `answer`: to a sentence; `read_order`, `read_answer`: from one, None where it is none of this family; they raise
    SentenceError where its fields are not what its name promises."""

    name: str

    def order(self, order: Order) -> Sentence: ...

    def read_answer(self, sentence: Sentence) -> Answer | None: ...

    def answer(self, answer: Answer, time: str) -> Sentence: ...

    def read_order(self, sentence: Sentence) -> Order | None: ...


class Rdss21:
    name = "BDS-2"

    def order(self, order: Order) -> Sentence:
        if isinstance(order, AskCard):
            return Sentence("CCICA", ("0", "00"))
        if isinstance(order, AskSignal):
            return Sentence("CCRMO", ("BSI", "2", str(order.every_s)))
        return Sentence("CCTXA", (card_number(order.to), "1", "2", _mixed(order.content)))

    def read_answer(self, sentence: Sentence) -> Answer | None:
        name, fields = sentence
        if name == "BDICI":
            return CardInfo(_own_number(_at(fields, 0)), _int(_at(fields, 4)), _int(_at(fields, 5)))
        if name == "BDTXR":
            return Incoming(card_number(_at(fields, 1)), _content(_at(fields, 4)))
        if name == "BDFKI" and _at(fields, 0) == "TXA":
            early = _at(fields, 2) == "N"
            return Feedback(_yes(fields, 1), 1 if early else _int(_at(fields, 3)), _wait(_at(fields, 4)))
        if name == "BDBSI":
            return _signal([_int(field) for field in fields[2:12]])
        return None

    def answer(self, answer: Answer, time: str) -> Sentence:  # noqa: ARG002 - this family tells no time
        if isinstance(answer, CardInfo):
            number = answer.number or _NO_CARD
            return Sentence("BDICI", (number, f"0{number}", "0000011", "6", str(answer.rate_s), str(answer.level), "N", "0"))
        if isinstance(answer, Incoming):
            return Sentence("BDTXR", ("1", card_number(answer.sender), "2", "", _mixed(answer.content)))
        if isinstance(answer, Feedback):
            on_time = "N" if answer.reason == 1 else "Y"
            reason = "0" if answer.reason == 1 else str(answer.reason)
            return Sentence("BDFKI", ("TXA", "Y" if answer.sent else "N", on_time, reason, f"{answer.wait_s:04}"))
        strengths = [str(answer.bars)] * min(answer.beams, 10)
        return Sentence("BDBSI", ("01", "02", *strengths, *["0"] * (10 - len(strengths))))

    def read_order(self, sentence: Sentence) -> Order | None:
        name, fields = sentence
        if name == "CCICA":
            return AskCard()
        if name == "CCRMO" and _at(fields, 0) == "BSI":
            return AskSignal(_int(_at(fields, 2)))
        if name == "CCTXA":
            return Transmit(card_number(_at(fields, 0)), _content(_at(fields, 3)))
        return None


class Bds3:
    name = "BDS-3"

    def order(self, order: Order) -> Sentence:
        if isinstance(order, AskCard):
            return Sentence("CCICR", ("0", "00"))
        if isinstance(order, AskSignal):
            return Sentence("CCRMO", ("PWI", "2", str(order.every_s)))
        return Sentence("CCTCQ", (card_number(order.to), "2", "1", "3", _mixed(order.content), "0"))

    def read_answer(self, sentence: Sentence) -> Answer | None:
        name, fields = sentence
        if name == "BDICP":
            return CardInfo(_own_number(_at(fields, 0)), _int(_at(fields, 13)), _int(_at(fields, 14)) or 5)
        if name == "BDTCI":
            return Incoming(card_number(_at(fields, 0)), _content(_at(fields, 6)))
        if name == "BDFKI" and _at(fields, 1) == "TCQ":
            return Feedback(_yes(fields, 2), _int(_at(fields, 3)), _wait(_at(fields, 4)))
        if name == "BDPWI":
            return _signal([_bars(noise) for noise in _carriers(fields)])
        return None

    def answer(self, answer: Answer, time: str) -> Sentence:
        if isinstance(answer, CardInfo):
            before = (answer.number or _NO_CARD, "0000011", "1", "3", "0", "N", "1", "Y", "1", "0", "0", "3", "1")
            after = ("5", "1", "1", "2", "2", "0", "0", "0", "0")
            return Sentence("BDICP", (*before, str(answer.rate_s), str(answer.level % 5), *after))
        if isinstance(answer, Incoming):
            return Sentence("BDTCI", (card_number(answer.sender), _NO_CARD, "2", time, "3", "0", _mixed(answer.content)))
        if isinstance(answer, Feedback):
            return Sentence("BDFKI", (time, "TCQ", "Y" if answer.sent else "N", str(answer.reason), str(answer.wait_s)))
        beams = [field for beam in range(1, answer.beams + 1) for field in (f"{beam:02}", str(_CARRIER_OF_BARS[answer.bars]), "0", "0")]
        return Sentence("BDPWI", (time, "00", f"{answer.beams:02}", *beams))

    def read_order(self, sentence: Sentence) -> Order | None:
        name, fields = sentence
        if name == "CCICR":
            return AskCard()
        if name == "CCRMO" and _at(fields, 0) == "PWI":
            return AskSignal(_int(_at(fields, 2)))
        if name == "CCTCQ":
            return Transmit(card_number(_at(fields, 0)), _content(_at(fields, 4)))
        return None


DIALECTS: tuple[Dialect, ...] = (Rdss21(), Bds3())


def dialect_named(name: str) -> Dialect:
    return next(dialect for dialect in DIALECTS if dialect.name == name)


def card_number(text: str) -> str:
    """Seven digits (eight, of the newest cards); leading zeros may be left out or added by a terminal. Raises SentenceError."""
    if not _DIGITS.match(text) or int(text) > MAX_CARD:
        raise SentenceError("fields", f"{text[:12]!r} is no card number")
    return f"{int(text):07}"


def _own_number(text: str) -> str:
    number = card_number(text)
    return "" if number == _NO_CARD else number


def _at(fields: tuple[str, ...], index: int) -> str:
    if index >= len(fields):
        raise SentenceError("fields", f"{len(fields)} fields")
    return fields[index]


def _int(text: str) -> int:
    if not _DIGITS.match(text):
        raise SentenceError("fields", f"{text[:12]!r} is no number")
    return int(text)


def _wait(text: str) -> int:
    return min(_int(text or "0"), MAX_WAIT_S)


def _yes(fields: tuple[str, ...], index: int) -> bool:
    said = _at(fields, index)
    if said not in ("Y", "N"):
        raise SentenceError("fields", f"{said[:12]!r} is neither Y nor N")
    return said == "Y"


def _mixed(content: bytes) -> str:
    return bytes([MIXED]).hex().upper() + content.hex().upper()


def _content(text: str) -> bytes:
    """Of mixed coding without the `A4`; of any other as it is. A last odd digit is what filled up the terminal's bits."""
    if not _HEX.match(text) or len(text) > 2 * (MAX_CONTENT + 1):
        raise SentenceError("fields", "the content is not in hex digits")
    content = bytes.fromhex(text[: len(text) // 2 * 2])
    return content[1:] if content[0] == MIXED else content


def _signal(bars: list[int]) -> Signal:
    return Signal(min(4, max(bars, default=0)), sum(bar > 0 for bar in bars))


_LEAST_CARRIER_DBHZ = (1, 38, 42, 45)
"""From which carrier to noise density (dB Hz) a beam counts 1, 2, 3, 4 bars: house default, as vendors' tools draw them."""
_CARRIER_OF_BARS = (0, 36, 40, 43, 47)


def _bars(carrier_dbhz: int) -> int:
    return sum(carrier_dbhz >= least for least in _LEAST_CARRIER_DBHZ)


def _carriers(fields: tuple[str, ...]) -> list[int]:
    """The strongest figure of each beam: a count and three fields each of the second generation's, then of the third's four each."""
    second = _int(_at(fields, 1))
    begin = 2 + 3 * second
    third = _int(_at(fields, begin))
    if second + third > 64:
        raise SentenceError("fields", f"{second + third} beams")
    first = [_carrier(fields, 2 + 3 * index) for index in range(second)]
    return first + [_carrier(fields, begin + 1 + 4 * index) for index in range(third)]


def _carrier(fields: tuple[str, ...], index: int) -> int:
    return max((_int(field) for field in fields[index + 1 : index + 3] if field), default=0)
