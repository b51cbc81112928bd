"""The node is dead: those around find each other on the local network, go on, and merge with it when it is back. Real processes, in a
network of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.comms.local.messages import Discover, Lead, Link, Revoke
from console.comms.peer.memory import Memory
from console.models.event import Lane
from console.models.kinds import TaskAnswered, TaskAssigned, UnitReport
from tests.netlab.lab import Host, Lab, laboratory, obstacle
from tests.netlab.post import PORT, Post
from tests.waiting import deadline

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=obstacle() or "there is a laboratory")

AREA, BELOW = "652722", "652722001"
FOUND_S = 15.0
"""From the node's death to the first link beside it: patience, jitter and a handshake; much more than is measured, for slow machines."""
BACK_S = 40.0


class Field:
    """A county node, and those enrolled with it, on one local network 10.9.0.0/24."""

    def __init__(self, lab: Lab, root: Path) -> None:
        self.lab, self.root = lab, root
        self.posts: list[Post] = []
        self.node = self._post("county", "node", AREA)
        self.node.listen()
        self.node.up()

    def _post(self, name: str, role: str, area: str) -> Post:
        host: Host = self.lab.host(name, field=f"10.9.0.{len(self.posts) + 1}")
        post = Post(host, self.root, name, role, area)
        self.posts.append(post)
        return post

    def console(self, name: str, *words: str) -> Post:
        post = self._post(name, "console", AREA)
        post.join(self.node.invite(post), "--local", *words)
        return post

    def unit(self, name: str, *words: str, area: str = BELOW) -> Post:
        post = self._post(name, "unit", area)
        post.join(self.node.invite(post), *words)
        return post

    def settle(self) -> None:
        """Everybody is up, linked, and knows everybody whom it may know."""
        for post in self.posts[1:]:
            post.up()
            post.wait_link(self.node, "online")
        enrolled = {post.name: post.role for post in self.posts[1:]}
        consoles = {name for name, role in enrolled.items() if role == "console"}
        for post in self.posts:
            wanted = consoles if post.role == "unit" else set(enrolled)
            deadline(lambda post=post, wanted=wanted: wanted <= _peers(post), f"{post.name} knows who is enrolled", 20)

    def merged(self) -> None:
        """Nodes and consoles hold the same; a unit nothing that the node does not."""

        def differing() -> list[str]:
            consoles = [f"{post.name}: {lack}" for post in self.posts[1:] if post.role == "console" for lack in post.lacks(self.node)]
            heads = self.node.heads()
            units = [
                f"{post.name}: {stream.topic}"
                for post in self.posts
                if post.role == "unit"
                for stream, head in post.heads().items()
                if heads.get(stream) != head
            ]
            behind = [
                f"{post.name}: {lack}"
                for post in self.posts
                if post.role == "unit"
                for lack in self.node.lacks(post, BELOW, [Lane.COMMAND])
            ]
            return consoles + units + behind

        deadline(lambda: not differing(), f"equal journals; differing: {differing()}", BACK_S)

    def close(self) -> None:
        for post in self.posts:
            post.close()


def _peers(post: Post) -> set[object]:
    return {name for (name,) in post.query("SELECT name FROM peer")}


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    with laboratory() as lab:
        made = Field(lab, tmp_path)
        try:
            yield made
        finally:
            made.close()


def near(post: Post, other: Post) -> Link | None:
    """A link beside the node, online, whoever of the two began it."""
    found = [link for link in post.see().links if link.name == other.name and link.state == "online" and not link.id.startswith("out:")]
    return found[0] if found else None


def order(console: Post, unit: Post, text: str) -> str:
    return console.write(TaskAssigned(unit=unit.own(), text=text), area=BELOW).what


def answer(unit: Post, task: str, state: str = "accepted") -> None:
    deadline(lambda: unit.query("SELECT text FROM task WHERE id = ?", (task,)), f"{unit.name} has the order", 20)
    unit.write(TaskAnswered(unit=unit.own(), state=state), subject=task)


def answered(post: Post, task: str, state: str = "accepted") -> bool:
    return bool(post.query("SELECT id FROM task WHERE id = ? AND state = ?", (task, state)))


def test_a_console_and_units_go_on_without_their_node_and_merge_with_it(field: Field) -> None:
    console = field.console("laptop")
    units = [field.unit(f"unit{n}") for n in range(3)]
    field.settle()
    assert not any(near(console, unit) for unit in units)  # while the node is there nobody goes around it
    field.node.kill()
    died_s = time.monotonic()
    for unit in units:
        deadline(lambda unit=unit: near(console, unit), f"{unit.name} found the laptop", FOUND_S)
    print(f"linked {time.monotonic() - died_s:.1f} s after the node's death")
    task = order(console, units[0], "to the third ravine")
    answer(units[0], task)
    deadline(lambda: answered(console, task), "the answer at the laptop", 10)
    print(f"order answered {time.monotonic() - died_s:.1f} s after the node's death")
    for unit in units:
        said = unit.write(UnitReport(text=f"{unit.name} is well"), subject=unit.own())
        deadline(lambda said=said: console.holds(said), f"the report of {unit.name} at the laptop", 10)
    field.node.start()
    field.node.up()
    for post in (console, *units):
        post.wait_link(field.node, "online", timeout_s=BACK_S)
    field.merged()
    assert answered(field.node, task)


def test_a_laptop_leads_and_relays_between_those_around_it(field: Field) -> None:
    chief, desk = field.console("chief"), field.console("desk")
    units = [field.unit(f"unit{n}") for n in range(2)]
    field.settle()
    chief.ask(lambda number: Lead(id=number, on=True, author="Wang"))
    assert chief.see().me.leading_ms is not None
    deadline(lambda: _leads(field.node) == [(True, "Wang")], "the node knows who leads")
    field.node.kill()
    for post in (desk, *units):
        deadline(lambda post=post: near(chief, post), f"{post.name} is linked with who leads", FOUND_S)
        deadline(lambda post=post: [link for link in post.see().links if link.leads], f"{post.name} sees who leads")
    task = order(desk, units[0], "hold the bridge")
    answer(units[0], task)
    deadline(lambda: answered(desk, task), "the answer at the desk", 10)
    field.node.start()
    field.node.up()
    field.merged()
    chief.ask(lambda number: Lead(id=number, on=False, author="Wang"))
    deadline(lambda: _leads(field.node) == [(False, "Wang")], "the node knows that nobody leads", 20)


def _leads(post: Post) -> list[tuple[bool, object]]:
    return [(since is not None, author) for since, author in post.query("SELECT leads_since_ms, lead_author FROM station")]


def test_a_node_that_moved_is_found_again_by_all_and_remembered(field: Field) -> None:
    console, unit = field.console("laptop"), field.unit("unit")
    field.settle()
    field.node.host.move(field.lab.lan("field"), "10.9.0.77")
    moved_s = time.monotonic()
    there = f"tcp://10.9.0.77:{PORT}"
    for post in (console, unit):
        deadline(
            lambda post=post: (link := post.link(field.node)) is not None and (link.state, link.endpoint) == ("online", there),
            f"{post.name} is linked where the node is now",
            BACK_S,
        )
    print(f"found {time.monotonic() - moved_s:.1f} s after it moved")
    task = order(console, unit, "go on")
    answer(unit, task)
    deadline(lambda: answered(field.node, task), "the answer at the node", 10)
    deadline(lambda: Memory(unit.data.root).upstreams[0].endpoints[0] == there, "it is tried there first the next time")
    unit.close()
    unit.start("unit", "--no-discovery")
    unit.up()
    unit.wait_link(field.node, "online")


def test_who_does_not_look_around_is_not_found_either(field: Field) -> None:
    console = field.console("laptop")
    loner = field.unit("loner", "--no-discovery")
    other = field.unit("other")
    field.settle()
    field.node.kill()
    deadline(lambda: near(console, other), "the other is linked", FOUND_S)
    assert near(console, loner) is None
    assert not loner.see().me.discovery
    console.ask(lambda number: Discover(id=number, on=False))
    deadline(lambda: not console.see().me.listen, "the laptop listens no more")
    deadline(lambda: near(other, console) is None, "and the link is gone")


def test_a_revoked_unit_is_not_let_in_beside_the_node(field: Field) -> None:
    console, lost = field.console("laptop"), field.unit("lost")
    field.settle()
    lost.close()
    field.node.ask(lambda number: Revoke(id=number, peer="lost", why="stolen"))  # type: ignore[arg-type, return-value]
    deadline(lambda: console.query("SELECT id FROM peer WHERE revoked_by <> ''"), "the laptop knows")
    field.node.kill()
    lost.start()
    lost.up()
    refused = deadline(
        lambda: [link for link in console.see().links if link.name == "lost" and link.refused.get("revoked")],
        "the laptop turned it away",
        25,
    )
    assert (refused[0].state, refused[0].received) == ("refused", 0)


def test_cables_that_come_back_are_used(field: Field) -> None:
    console, unit = field.console("laptop"), field.unit("unit")
    field.settle()
    field.node.kill()
    for post in (console, unit):
        post.host.namespace.ip("link set eth0 down")
    deadline(lambda: unit.link(field.node).state == "gone", "the node is gone")
    for post in (console, unit):
        post.host.namespace.ip("link set eth0 up", "route replace 224.0.0.0/4 dev eth0")
    deadline(lambda: near(console, unit), "found when the cables are back", 30)
    assert not {"discovery", "listen"} & console.see().me.faults.keys()
