"""A peer at its post: a real process on a machine of the laboratory, what it is told, what its operator sees, what it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.comms.interest import Interest
from console.comms.local.client import LocalClient, ask, look
from console.comms.local.messages import Done, Draft, Invite, Link, Request, Welcome, Write
from console.comms.local.running import running
from console.models import kinds
from console.models.event import Head, Lane, Origin, Stream, vector_digest
from console.models.identity import owned_subject
from console.models.journal import meta
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from console.models.paths import DataDir
from tests.e2e.processes import Process
from tests.netlab.lab import Host
from tests.waiting import deadline

UP_S = 30.0
PORT = 7650


class Written(NamedTuple):
    """An event that the peer who wrote it was told is durable."""

    stream: Stream
    seq: int
    kind: str
    what: str


class Post:
    """`words`: how its process is started again, once it has been."""

    def __init__(self, host: Host, root: Path, name: str, role: str, area: str) -> None:
        self.host, self.name, self.role, self.area = host, name, role, area
        self.data = DataDir(root / host.name)
        self.words: tuple[str, ...] = ()
        self.process: Process | None = None
        self._known_as: Origin | None = None

    # -- its process -------------------------------------------------------------------------------------------------

    def listen(self, lan: str = "", *words: str) -> None:
        """As a node on this address alone, or on all; `words`: more of its command line, such as `--upstream TOKEN`."""
        address = self.host.addresses[lan] if lan else "0.0.0.0"
        self.start("node", "--listen", f"tcp://{address}:{PORT}", "--area", self.area, "--name", self.name, *words)

    def join(self, token: str, *words: str) -> None:
        """As a unit, or as a console's own peer."""
        if self.role == "unit":
            self.start("unit", "--join", token, "--name", self.name, "--kind", "rescue", *words)
        else:
            self.start("node", "--upstream", token, "--name", self.name, *words)

    def start(self, *words: str) -> None:
        """Begin, without waiting for it; without words as the last time."""
        self.words = words or self.words
        self.process = self.host.start(self.words[0], "--data", str(self.data.root), *self.words[1:])

    def up(self) -> None:
        """Wait until its process answers and knows who it is."""

        def answers() -> bool:
            self._runs()
            return running(self.data.running) is not None and bool(self.see().me.role)

        deadline(answers, f"{self.name} is up", UP_S)

    def _runs(self) -> None:
        """Raises AssertionError with its last words when it ended by itself."""
        process = self.process
        assert process is not None, f"{self.name} does not run"
        assert process.popen.poll() is None, f"{self.name} ended with {process.popen.returncode}:\n" + "\n".join(process.lines[-20:])

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End its process as a person would. Idempotent."""
        if self.process is not None:
            self.process.__exit__(None, None, None)
            self.process = None

    # -- what it is asked ------------------------------------------------------------------------------------------------

    def see(self) -> Welcome:
        """What its operator sees of it and its links now."""
        self._runs()
        with self.host.namespace.inside():
            return look(self.data)

    def client(self) -> LocalClient:
        with self.host.namespace.inside():
            return LocalClient(self.data)

    def ask(self, request: Callable[[int], Request]) -> Done:
        self._runs()
        with self.host.namespace.inside():
            return ask(self.data, request)

    def invite(self, other: Post) -> str:
        """A token for what `other` shall be."""
        return self.ask(lambda number: Invite(id=number, role=other.role, area=other.area, valid_s=3600)).token

    def write(self, body: kinds.Body, subject: str = "", area: str = "") -> Written:
        """Say something in its name. Returns once it is durable here: from now on it must never be lost."""
        kind, encoded = kinds.kind_of(body), kinds.encode_body(body)
        draft = Draft(kind=kind, subject=subject, area=area, body=encoded)
        ids = self.ask(lambda number: Write(id=number, drafts=[draft])).ids
        return self._written(kind, ids[0], encoded)

    def _written(self, kind: str, subject: str, body: bytes) -> Written:
        rows = self.query(
            "SELECT s.origin, s.topic, e.seq FROM event e JOIN stream s ON s.id = e.stream "
            "WHERE e.kind = ? AND e.subject = ? AND e.body = ? ORDER BY e.position DESC LIMIT 1",
            (kind, subject, body),
        )
        origin, topic, seq = rows[0]
        return Written(Stream(origin, topic), int(seq), kind, subject)

    # -- what it sees and holds --------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """Hex. Once it was up."""
        return self._origin().hex()

    def _origin(self) -> Origin:
        if self._known_as is None:
            reader = Reader(self.data.journal)
            try:
                identity = meta.identity(reader.connection)
            finally:
                reader.close()
            assert identity is not None, f"{self.name} does not know who it is"
            self._known_as = identity.origin
        return self._known_as

    def own(self, local: str = "unit") -> str:
        return owned_subject(self._origin(), local)

    def link(self, other: Post) -> Link | None:
        """The newest link to another, as its operator sees it."""
        found = [link for link in self.see().links if link.name == other.name]
        return max(found, key=lambda link: (link.state == "online", link.since_ms)) if found else None

    def wait_link(self, other: Post, *states: str, timeout_s: float = 15.0) -> Link:
        """Once the link to `other` is in one of these states."""

        def found() -> Link | None:
            link = self.link(other)
            return link if link is not None and link.state in states else None

        link = deadline(found, f"{self.name} sees {other.name} {' or '.join(states)}", timeout_s)
        assert link is not None
        return link

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Read its journal, whether it runs or not."""
        reader = Reader(self.data.journal)
        try:
            return reader.connection.execute(sql, values).fetchall()
        finally:
            reader.close()

    def heads(self) -> dict[Stream, tuple[int, Head]]:
        reader = Reader(self.data.journal)
        try:
            return reader.heads()
        finally:
            reader.close()

    def holds(self, written: Written) -> bool:
        return self.heads().get(written.stream, (0, b""))[0] >= written.seq

    def lacks(self, other: Post, topic: str = "", lanes: Sequence[Lane] = tuple(Lane)) -> list[str]:
        """What of the streams that begin with `topic` the two do not hold alike, whether it concerns them or not: "topic seq/seq"."""
        return self._differing(other, lambda stream: stream.topic.startswith(topic) and stream.topic.rpartition("/")[2] in lanes)

    def concerns(self, stream: Stream) -> bool:
        """Whether it holds this stream when it is in step: its own, and what its role and area ask for."""
        lane = Lane(stream.topic.rpartition("/")[2])
        wanted = tuple(Interest(self.role, self.area).wants().of(lane))
        return stream.origin == self._origin() or stream.topic.startswith(wanted)

    def unequal(self, other: Post) -> list[str]:
        """What the two do not hold alike of all that concerns both, such as "652722/report 12/14"; empty: their digests are equal."""
        return self._differing(other, lambda stream: self.concerns(stream) and other.concerns(stream))

    def _differing(self, other: Post, counts: Callable[[Stream], bool]) -> list[str]:
        ours, theirs, nothing = self.heads(), other.heads(), (0, b"")
        differing = [stream for stream in ours | theirs if ours.get(stream, nothing) != theirs.get(stream, nothing) and counts(stream)]
        return sorted(f"{stream.topic} {ours.get(stream, nothing)[0]}/{theirs.get(stream, nothing)[0]}" for stream in differing)

    def wait_equal(self, other: Post, timeout_s: float = 30.0) -> None:
        """Until the two hold the same. Raises AssertionError with what they do not."""
        try:
            deadline(lambda: self.digest(other) == other.digest(self), "", timeout_s)
        except AssertionError:
            raise AssertionError(f"{self.name} and {other.name} are not in step after {timeout_s:g} s: {self.unequal(other)}") from None

    def digest(self, other: Post) -> str:
        """One hash over what concerns both this peer and another: equal on the two exactly when they hold the same."""
        return vector_digest({stream: head for stream, head in self.heads().items() if self.concerns(stream) and other.concerns(stream)})

    def whole(self) -> bool:
        """Whether chains, signatures and tables verify, and nothing that came ahead of its stream is left over."""
        reader = Reader(self.data.journal)
        try:
            return not verify(reader.connection).damage and not reader.connection.execute("SELECT 1 FROM early").fetchall()
        finally:
            reader.close()
