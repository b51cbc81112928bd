"""A peer under a flood of assessments, hostile or from a broken rule: it lives, judges on, and holds only what is of places it knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.comms.watch.desk import Desk
from console.comms.watch.told import Told, worth
from console.comms.watch.who import Who
from console.models import kinds
from console.models.hazards.rules import hazard_rules
from console.models.hazards.verdict import Verdict
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.models.sensors import sensor_rules
from tests.comms.peers import BELOW, House, house
from tests.comms.watch.test_watch import database, draft, gauge, gully, now_ms, rain, risks, said
from tests.waiting import deadline

__all__ = ["house"]

FLOOD, PIECE = 4_000, 500


def test_a_peer_under_a_flood_of_assessments_judges_on(house: House) -> None:
    """A console invents places, every second one gravely threatened, and takes back again and again what the node says."""
    node = house.node()
    node.write([gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "it is told", 20)
    hostile = house.joined(node, "hostile", role="console", area=BELOW)
    clear = draft("flash_flood:upper", kinds.RiskAssessed(hazard="flash_flood", place="upper", level=0, author="x"))
    for start in range(0, FLOOD, PIECE):
        bodies = [kinds.RiskAssessed(hazard="landslide", place=f"x{at}", level=at % 2, author="x") for at in range(start, start + PIECE)]
        hostile.write([draft(f"landslide:{body.place}", body) for body in bodies] + [clear])
    node.write([gully("other", ["b"]), gauge("b"), rain("b", 60.0)])
    deadline(lambda: "flash_flood:other" in risks(house, "node"), "in the midst of it rain becomes a risk", 20)

    def held() -> int:
        with database(house, "node") as connection:
            return int(connection.execute("SELECT count(*) FROM risk WHERE place LIKE 'x%'").fetchone()[0])

    deadline(lambda: held() == FLOOD, "all of it is in the journal", 60)
    deadline(lambda: risks(house, "node").get("flash_flood:upper", (0, ""))[0] == 1, "what is true stands again", 20)
    assert sum(risk == "flash_flood:upper" and level == 1 for risk, level in said(house, "node")) <= 12, "it is not said anew each time"
    node.stop()
    reader = Reader(DataDir(house.root / "node").journal)
    try:
        desk = Desk(reader.database, hazard_rules(), sensor_rules())
        verdicts = desk.judge(now_ms())
        assert not desk.owed(verdicts, Who("another", "node", BELOW), now_ms())
        assert {verdict.place for verdict in desk.judge(now_ms(), ["a"]).values()} <= {"upper", "other"}, (
            "invented places are nobody's to judge"
        )
    finally:
        reader.close()


_STAGES = ("armed", "forecast", "observed", "receding")


@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(_STAGES)), max_size=200))
def test_a_stage_that_flickers_is_told_a_few_times_a_minute_and_at_once_when_it_comes_nearer(steps: list[tuple[int, str]]) -> None:
    rule = hazard_rules().watch
    near = {"receding": 0, "armed": 1, "forecast": 2, "observed": 3}
    told, now_ms, written = Told(level=2, stage="forecast", author="me", heard_ms=0), 0, [0]
    for seconds, stage in steps:
        now_ms += seconds * 1000
        verdict = Verdict("flash_flood", "b", up=3, stage=stage)
        if worth(verdict, told, "me", now_ms, rule).at_once:
            written.append(now_ms)
            told = told._replace(stage=stage, heard_ms=now_ms)
        assert near[told.stage] >= near[stage], "what is nearer than what was said is said at once"
    for start_ms in written:
        assert sum(start_ms <= at_ms < start_ms + rule.restage_s * 1000 for at_ms in written) <= 4
