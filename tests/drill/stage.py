"""The words that acts are written in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from console.errors import Fault
from console.models import kinds
from tests.drill.cast import Cast
from tests.drill.ledger import Ledger, Said
from tests.netlab.post import Post
from tests.waiting import deadline

T = TypeVar("T")
KNOWN_S = 60.0
SIZE = "1500x620"


class Stage:
    """`out`: where pictures and bundles go. `troubles`: what did not come in time; the story goes on, the drill fails."""

    def __init__(self, cast: Cast, ledger: Ledger, out: Path, *, pictures: bool) -> None:
        self.cast, self.ledger, self.out = cast, ledger, out
        self.troubles: list[str] = []
        self._pictures = pictures

    def note(self, text: str) -> None:
        print(f"{self.ledger.now_s():7.1f} s  {text}", flush=True)

    # -- what happens to machines and lines ------------------------------------------------------------------------------

    def cut(self, post: Post, lan: str) -> None:
        self.note(f"cut: {post.name} from {lan}")
        post.host.cables[lan].cut()

    def heal(self, post: Post, lan: str) -> None:
        self.note(f"whole again: {post.name} to {lan}")
        post.host.cables[lan].heal()

    def kill(self, post: Post) -> None:
        """kill -9."""
        self.note(f"killed: {post.name}")
        post.kill()

    def start(self, post: Post) -> None:
        """As it was started before."""
        post.start()
        post.up()
        self.note(f"started again: {post.name}")

    def lead(self, post: Post, author: str) -> None:
        """Say at its machine that it leads those around it."""
        post.host.fengsui("lead", "on", "--data", str(post.data.root), "--author", author)
        self.note(f"{post.name} leads, says {author}")

    # -- what people say: each returns once it is durable with its writer's own peer ----------------------------------------

    def open(self, post: Post, title: str, area: str = "") -> Said:
        return self._say(post, kinds.IncidentOpened(title=title, hazard="landslide", level=3), title, area=area)

    def log(self, post: Post, incident: str, text: str, area: str = "") -> Said:
        return self._say(post, kinds.LogEntered(text=text, author=post.name), text, incident, area)

    def loss(self, post: Post, incident: str, missing: int, moved_now: int) -> Said:
        body = kinds.LossReported(missing=missing, moved_now=moved_now, author=post.name)
        return self._say(post, body, f"missing {missing}, moved {moved_now}", incident)

    def order(self, post: Post, unit: Post, text: str, incident: str = "") -> Said:
        return self._say(post, kinds.TaskAssigned(unit=unit.own(), text=text, incident=incident, author=post.name), text, area=unit.area)

    def answer(self, unit: Post, order: Said, state: str = "acknowledged") -> Said:
        return self._say(unit, kinds.TaskAnswered(unit=unit.own(), state=state), f"{state}: {order.text}", self.subject(unit, order))

    def report(self, unit: Post, text: str) -> Said:
        return self._say(unit, kinds.UnitReport(text=text), text, unit.own())

    def help(self, unit: Post, text: str, people: int, lon: float, lat: float) -> Said:
        return self._say(unit, kinds.HelpCalled(nature="trapped", text=text, people=people, lon=lon, lat=lat), text, unit.own())

    def close_road(self, post: Post, name: str, lon: float, lat: float) -> Said:
        return self._say(post, kinds.RoadClosed(name=name, reason="landslide", lon=lon, lat=lat, source=post.name), name)

    def _say(self, post: Post, body: kinds.Body, text: str, subject: str = "", area: str = "") -> Said:
        said = self.ledger.say(post.name, post.write(body, subject, area), text)
        self.note(f"{post.name}: {said.kind} {text!r}")
        return said

    def subject(self, post: Post, said: Said) -> str:
        """What an event is about (an incident's or a task's id), as this post knows it."""
        rows = post.query(
            "SELECT e.subject FROM event e JOIN stream s ON s.id = e.stream WHERE s.origin = ? AND s.topic = ? AND e.seq = ? "
            "UNION SELECT subject FROM early WHERE origin = ? AND topic = ? AND seq = ?",
            (*said.stream, said.seq, *said.stream, said.seq),
        )
        assert rows, f"{post.name} does not know of {said.kind} {said.text!r}"
        return str(rows[0][0])

    def first(self, kind: str) -> Said:
        """The first event of this kind that somebody put into words."""
        return next(said for said in self.ledger.said if said.kind == kind and said.text)

    # -- carrying and looking ----------------------------------------------------------------------------------------------

    def carry(self, source: Post, target: Post, name: str) -> None:
        """A stick: a bundle made at one, taken at the other, by the command line."""
        file = self.out / f"{name}.fsb"
        made = source.host.fengsui("bundle", "export", "--data", str(source.data.root), "--for", target.name, "--out", str(file))
        self.note(f"stick from {source.name}: {made.splitlines()[-1]}")
        taken = target.host.fengsui("bundle", "import", "--data", str(target.data.root), *map(str, sorted(self.out.glob(f"{name}*.fsb*"))))
        self.note(f"stick at {target.name}: {taken.splitlines()[0]}")

    def shot(self, post: Post, name: str) -> None:
        """A real window on the post's data, its Links, as a picture."""
        if self._pictures:
            picture = self.out / f"drill-{name}.png"
            words = ("--data", str(post.data.root), "--view", "links", "--size", SIZE, "--lang", "en", "--theme", "day")
            post.host.fengsui("shot", *words, "--out", str(picture), env={"QTWEBENGINE_DISABLE_SANDBOX": "1"})
            self.note(f"picture of what {post.name} sees: {picture.name}")

    def pause(self, seconds: float) -> None:
        """Let the story go on by itself for a while."""
        threading.Event().wait(seconds)

    # -- waiting -----------------------------------------------------------------------------------------------------------

    def wait_known(self, said: Said, *posts: Post, timeout_s: float = KNOWN_S) -> None:
        """Until all of these know of it."""
        for post in posts:
            begun_s = time.monotonic()
            self.wait(lambda post=post: self.ledger.when(said, post.name), f"{post.name} knows {said.text!r}", timeout_s)  # type: ignore[misc]
            known = self.ledger.when(said, post.name)
            if known is not None and time.monotonic() - begun_s > 1:
                self.note(
                    f"{post.name} knows {said.text!r} after {known.at_s - said.at_s:.1f} s{' (short message)' if known.early else ''}"
                )

    def wait_state(self, post: Post, states: Sequence[str], other: Post, timeout_s: float = KNOWN_S) -> None:
        """Until the operator of `post` sees the link to `other` so."""

        def seen() -> bool:
            link = post.link(other)
            return link is not None and link.state in states

        self.wait(seen, f"{post.name} sees {other.name} {' or '.join(states)}", timeout_s)

    def wait(self, fact: Callable[[], T], what: str, timeout_s: float = KNOWN_S) -> None:
        """Until it is so; a trouble when it is not in time."""
        try:
            deadline(fact, what, timeout_s)
        except (AssertionError, Fault) as error:
            self.troubles.append(str(error))
            self.note(f"TROUBLE: {error}")

    def unknown(self, said: Said, *posts: Post) -> None:
        """It must not be known there yet: nothing but what was cut could have brought it."""
        for post in posts:
            if self.ledger.when(said, post.name) is not None:
                self.troubles.append(f"{post.name} knows {said.text!r} although nothing could have brought it")
