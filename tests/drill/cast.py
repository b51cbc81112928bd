"""Who plays: four levels of nodes linked by upstream tokens, twenty units, a duty desk and a commander's laptop."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import Process
from tests.netlab.lab import MORTAL, Lab
from tests.netlab.post import PORT, Post

UNITS = 10
"""In each county."""
CARD_RATE_S = 4
"""Of the simulated satellite cards, so that a drill takes minutes; a civil card's is 60 (resources/rules/beidou.toml)."""
NODE_CARD, UNIT_CARD = "0242286", "0242287"


@dataclass
class Cast:
    """`far`: the unit that has a satellite terminal; it belongs to `jinghe`, as `desk` does. `laptop` belongs to `bole`."""

    region: Post
    prefecture: Post
    jinghe: Post
    bole: Post
    desk: Post
    laptop: Post
    jinghe_units: list[Post]
    bole_units: list[Post]
    satellite: Process

    @property
    def nodes(self) -> list[Post]:
        return [self.region, self.prefecture, self.jinghe, self.bole]

    @property
    def units(self) -> list[Post]:
        return [*self.jinghe_units, *self.bole_units]

    @property
    def far(self) -> Post:
        return self.jinghe_units[-1]

    @property
    def posts(self) -> list[Post]:
        return [*self.nodes, self.desk, self.laptop, *self.units]

    def above(self, post: Post) -> Post | None:
        """The node that enrolled it."""
        homes = {self.prefecture.name: self.region, self.jinghe.name: self.prefecture, self.bole.name: self.prefecture}
        homes |= {self.desk.name: self.jinghe, self.laptop.name: self.bole}
        homes |= {unit.name: self.jinghe for unit in self.jinghe_units} | {unit.name: self.bole for unit in self.bole_units}
        return homes.get(post.name)


def assemble(lab: Lab, root: Path, made: ExitStack) -> Cast:
    """Machines, networks, processes: everybody enrolled, up and in step. `made` ends them."""

    def post(host: str, name: str, role: str, area: str, **addresses: str) -> Post:
        each = Post(lab.host(host, **addresses), root, name, role, area)
        made.callback(each.close)
        return each

    region = post("region", "Region", "node", "65", wan="10.0.0.1")
    prefecture = post("prefecture", "Prefecture Bortala", "node", "6527", wan="10.0.0.2")
    jinghe = post("jinghe", "County Jinghe", "node", "652722", jinghe="10.1.0.1", wan="10.0.0.3")
    bole = post("bole", "County Bole", "node", "652701", bole="10.2.0.1", wan="10.0.0.4")
    desk = post("desk", "Duty desk Jinghe", "console", "652722", jinghe="10.1.0.2")
    laptop = post("laptop", "Laptop Bole", "console", "652701", bole="10.2.0.2")
    jinghe_units = [post(f"j{n}", f"Jinghe unit {n}", "unit", "652722", jinghe=f"10.1.0.{10 + n}") for n in range(1, UNITS + 1)]
    bole_units = [post(f"b{n}", f"Bole unit {n}", "unit", "652701", bole=f"10.2.0.{10 + n}") for n in range(1, UNITS + 1)]
    satellite, ports = _satellite(root, made)
    cast = Cast(region, prefecture, jinghe, bole, desk, laptop, jinghe_units, bole_units, satellite)
    _nodes(cast, ports)
    _others(cast, ports)
    for each in cast.posts:
        above = cast.above(each)
        if above is not None:
            each.wait_equal(above, 60)
    return cast


def _satellite(root: Path, made: ExitStack) -> tuple[Process, Path]:
    ports = root / "ports"
    cards = [word for card in (NODE_CARD, UNIT_CARD) for word in ("--card", f"{card},rate={CARD_RATE_S}")]
    process = made.enter_context(Process("beidou-sim", *cards, "--links", str(ports), "--seed", "3", typed=True, before=MORTAL))
    process.wait_lines(2, "port ")
    return process, ports


def _nodes(cast: Cast, ports: Path) -> None:
    cast.region.listen()
    cast.region.up()
    cast.prefecture.listen("", "--upstream", cast.region.invite(cast.prefecture))
    cast.prefecture.up()
    for county, address, more in ((cast.jinghe, "10.1.0.1", ("--beidou", str(ports / NODE_CARD))), (cast.bole, "10.2.0.1", ())):
        token = cast.prefecture.invite(county)
        county.listen("", "--announce", f"tcp://{address}:{PORT}", "--upstream", token, *more)
    cast.jinghe.up()
    cast.bole.up()


def _others(cast: Cast, ports: Path) -> None:
    cast.desk.join(cast.jinghe.invite(cast.desk))
    cast.laptop.join(cast.bole.invite(cast.laptop), "--local")
    for unit in cast.units:
        home = cast.above(unit)
        assert home is not None
        unit.join(home.invite(unit), *(("--beidou", str(ports / UNIT_CARD)) if unit is cast.far else ()))
    for post in (cast.desk, cast.laptop, *cast.units):
        post.up()
