"""Messages on the local socket: one msgpack-encoded struct a message, over ROUTER/DEALER with CURVE on loopback.

A window says Hello and gets Welcome, then Changed and LinksNow for as long as it lives. Changed has flow control of one: the
peer sends the next only after Ready, merging what happens meanwhile, so a stalled window costs the peer nothing and never gets
a backlog. Requests carry an `id` chosen by the asker, answered by exactly one Done or Failed.
"""

from __future__ import annotations

import msgspec

from console.comms.carriers.bundle.orders import Job, Order
from console.models.changes import Changes
from console.models.journal.ending import Recovered


class Message(msgspec.Struct, tag=True, kw_only=True):
    """Base of every local message."""


# -- window to peer -----------------------------------------------------------------------------------------------


class Hello(Message):
    watch: bool = False


class Ready(Message):
    """The window has taken the last Changed."""


class Draft(msgspec.Struct, kw_only=True):
    """An event to be authored by this peer. `subject` "" asks for a new ULID; `area` "" means the peer's own area."""

    kind: str
    body: bytes
    subject: str = ""
    area: str = ""


class Write(Message):
    """Author events; answered after they are durable. Done.ids = their subjects."""

    id: int
    drafts: list[Draft]


MAX_VALID_S = 168 * 3600
"""A token is for use now: a week, and a lost one is worth nothing."""


class Invite(Message):
    """Issue a one-time token. Done.token. `valid_s`: at most MAX_VALID_S."""

    id: int
    role: str
    area: str
    valid_s: int = 24 * 3600


class Revoke(Message):
    """`peer`: origin hex (or a prefix of at least 6) or exact name."""

    id: int
    peer: str
    why: str = ""


class Join(Message):
    """Add an upstream by its token (and enrol with it). Done once the other side answered, Failed with its reason."""

    id: int
    token: str
    name: str = ""


class Lead(Message):
    """Lead those around this machine from now on, or no more. `author`: who said so, for the record."""

    id: int
    on: bool
    author: str = ""


class Discover(Message):
    """Whether peers on the local network may be looked for, and find this one. Remembered."""

    id: int
    on: bool


class SavePower(Message):
    """Begin or end to save power, by a person's word. `author`: whose, for the record."""

    id: int
    on: bool
    author: str = ""


class Bundle(Message):
    """Make, look into or take a bundle (`console.comms.carriers.bundle.orders`), or ask how a job of that kind is. Done.job."""

    id: int
    order: Order


class UseTerminal(Message):
    """Use the satellite terminal on this serial port from now on, "" none. Remembered."""

    id: int
    port: str


class SendBySatellite(Message):
    """Send what is urgent by short message for a while, also to those whom a network reaches."""

    id: int


class Purge(Message):
    """Destroy the words of a closed incident, here and everywhere. Done when it is ordered and done here."""

    id: int
    incident: str
    why: str
    author: str = ""


class Stop(Message):
    """Ask the peer process to end cleanly."""

    id: int


# -- peer to window -----------------------------------------------------------------------------------------------


class Nearby(msgspec.Struct, kw_only=True):
    """An enrolled peer that can be heard on the local network. `leads`: it says that it leads those around it."""

    peer: str
    name: str
    role: str
    area: str
    leads: bool
    endpoint: str


class Power(msgspec.Struct, kw_only=True, frozen=True):
    """What this machine runs on. `percent`: in its battery, None where there is none; `left_s`: seconds that will last by the system's
    reckoning, None on mains or not known; `plugged`: on mains, None not known. `saving`: power is saved, `why`: threshold, person or mains.
    `simulated`: the battery is only played."""

    percent: int | None = None
    left_s: int | None = None
    plugged: bool | None = None
    saving: bool = False
    why: str = ""
    simulated: bool = False


class Consigned(msgspec.Struct, kw_only=True):
    """An event that waits to go by short message. `urgency`: 0 goes first; `since_ms`: when it was said; `tries`: how often it was sent and not
    acknowledged so far; `parts`: messages it takes (0 while not known), `done` of them acknowledged; `due_ms`: tried again not before."""

    peer: str
    name: str
    kind: str
    urgency: int
    since_ms: int
    tries: int = 0
    parts: int = 0
    done: int = 0
    due_ms: int = 0


class ShortMessage(msgspec.Struct, kw_only=True):
    """One short message of late. `what`: sent, repeated, received, acknowledged or refused; `code`: why refused; `bytes`: of it."""

    at_ms: int
    what: str
    name: str = ""
    kinds: list[str] = []
    code: str = ""
    bytes: int = 0


class Satellite(msgspec.Struct, kw_only=True):
    """The satellite terminal of this machine. `state`: absent (`why`), asking, no_card, small or ready; `dialect`: BDS-2 or BDS-3. Its
    `card` sends `content_bytes` once in `rate_s`; the next may go at `ready_ms` (UTC). `bars`: of the signal, 0 to 4, None not told.
    `refusal`: reason of the last message refused, 0 none. `by_hand_ms`: until then also to those whom a network reaches. `partners`: peers
    whose card is known. `waiting`: the first of `waiting_count`, in their order; `counts`: by `ShortMessage.what`; `refused`: by code."""

    port: str
    state: str
    why: str = ""
    dialect: str = ""
    card: str = ""
    level: int = 0
    rate_s: float = 0.0
    content_bytes: int = 0
    bars: int | None = None
    ready_ms: int = 0
    refusal: int = 0
    by_hand_ms: int = 0
    partners: int = 0
    waiting: list[Consigned] = []
    waiting_count: int = 0
    counts: dict[str, int] = {}
    refused: dict[str, int] = {}
    recent: list[ShortMessage] = []


class Me(msgspec.Struct, kw_only=True):
    """This machine's peer. `faults`: standing problems, code -> text for a person (disk full, clock wrong, ...). `leading_ms`: since when
    (UTC) it leads those around it; `discovery`: whether peers on the local network are looked for; `satellite`: its terminal, None it has none.
    `recovered`: what the start found when the run before did not say goodbye. `clock_ms`: what its times are ahead of `steady_ms`, by which
    ages of what it tells are counted."""

    origin: str
    name: str
    role: str
    area: str
    version: str
    pid: int
    listen: list[str] = []
    position: int = 0
    started_ms: int = 0
    refused: dict[str, int] = {}
    faults: dict[str, str] = {}
    recovered: Recovered | None = None
    clock_ms: int | None = None
    leading_ms: int | None = None
    discovery: bool = False
    nearby: list[Nearby] = []
    power: Power = Power()
    satellite: Satellite | None = None


class Link(msgspec.Struct, kw_only=True):
    """One link as the operator sees it. `state`: connecting, online, slow, silent, refused or gone.

    `waiting`: events of each lane that the other side is not known to hold. `delay_ms`: half a ping's round trip. `battery`: per
    cent left there, None on mains or unknown. `refused`: reason code -> count of frames or events refused from it. `reason`: why
    refused or gone, for a person. `lacking`: events of each lane that the other side has for us, by its own last count. `oldest_ms`: when
    the oldest event of each lane that waits for it was said. `in_step_ms`: when both sides last had nothing left for each other, told
    by the other side itself; None: never yet. `carrier`: by what it is reached: link, nearby
    (found on the local network), or a narrow way such as beidou. `skew_ms`: its clock
    less this machine's, None while not known.
    """

    id: str
    peer: str = ""
    name: str = ""
    role: str = ""
    area: str = ""
    endpoint: str = ""
    direction: str = "in"
    state: str = "connecting"
    since_ms: int = 0
    heard_ms: int | None = None
    delay_ms: float | None = None
    skew_ms: int | None = None
    battery: int | None = None
    waiting: dict[str, int] = {}
    lacking: dict[str, int] = {}
    oldest_ms: dict[str, int] = {}
    in_step_ms: int | None = None
    carrier: str = "link"
    sent: int = 0
    received: int = 0
    refused: dict[str, int] = {}
    reason: str = ""
    leads: bool = False


class Welcome(Message):
    me: Me
    links: list[Link]


class Changed(Message):
    changes: Changes


class LinksNow(Message):
    """The whole list, at most twice a second and only when something in it changed (ages are the window's to count)."""

    me: Me
    links: list[Link]


class Done(Message):
    id: int
    ids: list[str] = []
    token: str = ""
    job: Job | None = None


class Failed(Message):
    """`reason`: for a person, says the remedy."""

    id: int
    reason: str


Request = Write | Invite | Revoke | Join | Lead | Discover | SavePower | Bundle | UseTerminal | SendBySatellite | Purge | Stop
"""What is answered by exactly one Done or Failed."""
FromWindow = Hello | Ready | Request
FromPeer = Welcome | Changed | LinksNow | Done | Failed
