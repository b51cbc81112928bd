"""Play the outage drill.

python -m tests.drill [--out DIR] [--no-pictures]

Ends with 0 when nothing that was acknowledged is lost, all digests are equal and everything came when it should have; 1 when not; 3 where
there can be no laboratory (it needs root on Linux). A drill that fails leaves the journals in DIR/peers.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.drill import picture, verdict
from tests.drill.acts import healed, laptop_leads, node_killed, routine, short_messages, stick, uplink_cut
from tests.drill.cast import Cast, assemble
from tests.drill.ledger import Ledger
from tests.drill.pulse import Pulse
from tests.drill.stage import Stage
from tests.drill.watch import Watch
from tests.netlab.lab import laboratory, obstacle

ACTS = (routine, uplink_cut, node_killed, laptop_leads, stick, short_messages, healed)


def play(cast: Cast, out: Path, *, pictures: bool) -> tuple[Ledger, list[str]]:
    """What was said and known, and what went wrong."""
    ledger = Ledger()
    stage = Stage(cast, ledger, out, pictures=pictures)
    above = {post.name: cast.above(post) for post in cast.posts}
    watched = [(post, home.name if (home := above[post.name]) is not None else "") for post in cast.posts]
    with Watch(watched, ledger):
        with Pulse(cast.units, ledger):
            for number, act in enumerate(ACTS, 1):
                stage.note(f"== {number}. {act.TITLE}")
                ledger.begin(act.TITLE)
                act.play(stage)
        stage.wait(lambda: not verdict.unequal(cast), "all hold the same", healed.EQUAL_S)
        stage.pause(1.0)  # the watch has its last look
        ledger.end()
    return ledger, stage.troubles


def _swept(out: Path) -> Path:
    """Make `out`, clear away what a drill before this one left there, and give the place for the peers' journals."""
    peers = out / "peers"
    shutil.rmtree(peers, ignore_errors=True)
    peers.mkdir(parents=True)
    for left in (*out.glob("*.fsb*"), *out.glob("drill*.png"), *out.glob("known.csv")):
        left.unlink()
    return peers


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.drill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("build/drill"), metavar="DIR", help="tables and pictures (default build/drill)")
    parser.add_argument("--no-pictures", action="store_true", help="no windows")
    args = parser.parse_args()
    if obstacle():
        print(f"no drill here: {obstacle()}", file=sys.stderr)
        return 3
    peers = _swept(args.out.absolute())
    with laboratory() as lab, ExitStack() as made:
        cast = assemble(lab, peers, made)
        print("everybody is enrolled and linked", flush=True)
        ledger, troubles = play(cast, args.out.absolute(), pictures=not args.no_pictures)
        judged = verdict.judge(cast, ledger, troubles)
    if judged.well:
        shutil.rmtree(peers)
    verdict.write_tables(ledger, [post.name for post in cast.posts], args.out)
    if not args.no_pictures:
        picture.draw(ledger, cast, judged, args.out / "drill.png")
    print(verdict.text(ledger, cast, judged))
    return 0 if judged.well else 1


if __name__ == "__main__":
    sys.exit(main())
