"""What is left of a drill: was anything lost, do all hold the same, and what was known where and when."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.drill.cast import Cast
from tests.drill.ledger import Ledger, Said
from tests.netlab.post import Post


class Verdict(NamedTuple):
    """`lost`: acknowledged to its writer, and not held in the end by somebody whom it concerns. `digests`: of what concerns a peer and the
    region, here and there. `unequal`: pairs that do not hold the same, and what. `damaged`: journals that do not verify. `troubles`: what
    did not come in time, or came where nothing could bring it."""

    acknowledged: int
    lost: list[str]
    digests: dict[str, str]
    unequal: list[str]
    damaged: list[str]
    troubles: list[str]

    @property
    def well(self) -> bool:
        return not (self.lost or self.unequal or self.damaged or self.troubles)


def unequal(cast: Cast) -> list[str]:
    """Every peer against the node above it, and every node and console against the highest."""
    pairs = [(post, above) for post in cast.posts if (above := cast.above(post)) is not None]
    pairs += [(post, cast.region) for post in (cast.jinghe, cast.bole, cast.desk, cast.laptop)]
    return [f"{post.name}, {other.name}: {', '.join(left)}" for post, other in pairs if (left := post.unequal(other))]


def judge(cast: Cast, ledger: Ledger, troubles: Sequence[str]) -> Verdict:
    lost = [
        f"{post.name} does not hold {said.kind} {said.seq} of {said.by} {said.text!r}".rstrip()
        for post in cast.posts
        for heads in [post.heads()]
        for said in ledger.said
        if post.concerns(said.stream) and heads.get(said.stream, (0, b""))[0] < said.seq
    ]
    digests = {post.name: f"{post.digest(cast.region)} = {cast.region.digest(post)}" for post in (*cast.nodes[1:], cast.desk, cast.laptop)}
    damaged = [post.name for post in cast.posts if not post.whole()]
    return Verdict(len(ledger.said), lost, digests, unequal(cast), damaged, list(troubles))


def write_tables(ledger: Ledger, posts: Sequence[str], out: Path) -> None:
    """`known.csv`: a line an event, with the seconds of the drill at which each peer knew it; + marks what came by a narrow way first."""
    with (out / "known.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["act", "said_s", "by", "kind", "topic", "seq", "text", *posts])
        for said in ledger.said:
            act = ledger.acts[said.act].name
            cells = [_cell(ledger, said, post) for post in posts]
            writer.writerow([act, f"{said.at_s:.1f}", said.by, said.kind, said.stream.topic, said.seq, said.text, *cells])


def _cell(ledger: Ledger, said: Said, post: str) -> str:
    known = ledger.when(said, post)
    return "" if known is None else f"{known.at_s:.1f}{'+' if known.early else ''}"


def text(ledger: Ledger, cast: Cast, verdict: Verdict) -> str:
    """For a person: what was put into words, how long after it each of the six desks knew it, and the verdict."""
    desks = [*cast.nodes, cast.desk, cast.laptop]
    heading = f"\n{'said at':>7}  {'by':<19} {'what':<48}" + "".join(f"{post.host.name:>11}" for post in desks)
    lines = [heading, *(_line(ledger, said, desks) for said in ledger.said if said.text)]
    lines += ["", "seconds until it was known there; + by short message, ahead of its stream; . does not concern it; LOST never"]
    seconds = ledger.acts[-1].ends_s
    words = sum(bool(said.text) for said in ledger.said)
    lines += [f"{seconds:.0f} s, {len(cast.posts)} peers, {verdict.acknowledged} events acknowledged, {words} of them in words"]
    lines += [f"{name} = Region: {pair}" for name, pair in verdict.digests.items()]
    for name, found in (
        ("acknowledged and lost", verdict.lost),
        ("not equal", verdict.unequal),
        ("journals not whole", verdict.damaged),
        ("not as told", verdict.troubles),
    ):
        lines += [f"{name}: {len(found)}", *(f"  {each}" for each in found[:20])]
    return "\n".join([*lines, "drill passed" if verdict.well else "DRILL FAILED"])


def _line(ledger: Ledger, said: Said, desks: Sequence[Post]) -> str:
    cells = "".join(f"{_delay(ledger, said, post):>11}" for post in desks)
    return f"{said.at_s:7.1f}  {said.by:<19} {f'{said.kind} {said.text}'[:47]:<48}{cells}"


def _delay(ledger: Ledger, said: Said, post: Post) -> str:
    known = ledger.when(said, post.name)
    if known is None:
        return "LOST" if post.concerns(said.stream) else "."
    return f"{max(0.0, known.at_s - said.at_s):.1f}{'+' if known.early else ''}"
