"""What the links workspace words, and the peers it reads over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.comms.local.messages import Link
from console.models.identity import owned_subject
from console.models.state import tables
from console.views import i18n
from console.views.links import presenter, wording
from console.views.links.columns import columns, peer_columns
from tests.views.tables import sample
from tests.views.tables.sample import LINKS, ME, NODE, UNIT_PEER
from tests.views.tables.state import NOW_MS, State

BOTH_WAYS = msgspec.structs.replace(
    LINKS[0],
    carrier="beidou",
    waiting={"command": 1, "telemetry": 12},
    lacking={"command": 2, "report": 3, "telemetry": 400},
    oldest_ms={"command": NOW_MS - 5 * 60_000, "telemetry": NOW_MS - 1000},
    in_step_ms=NOW_MS - 2 * 60_000,
)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def texts(link: Link) -> dict[str, str]:
    (row,) = presenter.link_rows([link])
    return {column.key: column.text(row, NOW_MS) for column in columns()}


def test_a_link_says_who_how_since_when_and_what_waits() -> None:
    told = texts(LINKS[1])
    assert told == {
        "name": "矿山救护队终端",
        "state": "Silent",
        "carrier": "Network",
        "heard": "73 s",
        "step": "not yet",
        "waiting": "2 / 5 / 340",
        "lacking": "0 / 0 / 0",
        "oldest": "–",
        "power": "–",
        "refused": "0",
        "delay": "812",
        "role": "unit",
        "endpoint": "calls us: tcp://10.27.22.31:50122",
        "since": "41 min",
        "sent": "120",
        "received": "2,044",
        "area": "652722",
    }
    assert texts(LINKS[0])["endpoint"].startswith("called by us: ")


def test_an_unknown_peer_that_is_refused_says_why_and_how_often() -> None:
    (row,) = presenter.link_rows([LINKS[2]])
    card = dict(wording.card(row, NOW_MS))
    assert row.name == "unknown peer"
    assert wording.refused_count(row) == 16
    assert card["Refused"].startswith("14 ")
    assert card["Why"] == LINKS[2].reason


def test_trouble_sorts_first() -> None:
    state = next(column for column in columns() if column.key == "state")
    rows = sorted(presenter.link_rows(LINKS), key=state.sort_key)
    assert [row.state for row in rows] == ["refused", "silent", "online"]


def test_commands_and_reports_that_wait_are_marked_and_telemetry_is_not() -> None:
    waiting = next(column for column in columns() if column.key == "waiting")
    assert waiting.mark is not None
    assert [waiting.mark(row, NOW_MS) is not None for row in presenter.link_rows(LINKS)] == [False, True, False]


def test_this_peer_in_one_line() -> None:
    told = wording.own_text(ME, NOW_MS)
    assert told.startswith(
        "This peer: 值班台一号 · node · area 6527 · listens on tcp://0.0.0.0:7650 · 18204 events held · up 1 h 30 min · refused: 14 "
    )
    assert wording.faults(ME) == ["本机时钟比 3 个对端慢 42 秒：请校时。"]
    assert "does not listen" in wording.own_text(msgspec.structs.replace(ME, listen=[], refused={}), NOW_MS)


def test_an_absent_peer_is_said() -> None:
    assert "own peer is away" in wording.away_text()
    assert wording.faults(None) == []


def test_peers_known_and_revoked(state: State) -> None:
    state.put(tables.Peer, id="ff" * 16, name="", role="unit", area="652701", revoked_by=NODE, revoked_why="终端遗失", enrolled_by=NODE)
    peers = {peer.id: peer for peer in presenter.read_peers(state.database)}
    assert peers[UNIT_PEER].name == "矿山救护队终端"
    assert not peers[UNIT_PEER].revoked
    lost = peers["ff" * 16]
    assert (lost.name, lost.revoked, lost.why, lost.enrolled_by) == ("ffffffff", True, "终端遗失", "精河县汇聚节点")
    told = {column.key: column.text(lost, NOW_MS) for column in peer_columns()}
    assert (told["trust"], told["why"]) == ("no, revoked", "终端遗失")


def test_what_the_other_side_has_and_what_waits_for_how_long() -> None:
    told = texts(BOTH_WAYS)
    assert (told["waiting"], told["lacking"], told["oldest"]) == ("1 / 0 / 12", "2 / 3 / 400", "5 min")
    assert told["step"] == "16:58:00"
    (row,) = presenter.link_rows([BOTH_WAYS])
    card = dict(wording.card(row, NOW_MS))
    assert card["It has for us"] == "command 2, report 3, telemetry 400"
    assert card["Waiting to be sent"] == "command 1, report 0, telemetry 12"
    assert card["Oldest that waits"].startswith("5 min (")
    assert card["Reached by"].startswith("Satellite · ")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, True),
        ({"in_step_ms": None}, False),  # never said before the other side said so too
        ({"waiting": {"telemetry": 1}}, False),
        ({"lacking": {"command": 1}}, False),
        ({"state": "silent"}, False),
        ({"state": "gone"}, False),
        ({"state": "slow"}, True),
    ],
)
def test_in_step_is_said_when_it_is_so_and_never_before(change: dict[str, object], wanted: bool) -> None:
    quiet = msgspec.structs.replace(BOTH_WAYS, waiting={}, lacking={}, oldest_ms={})
    (row,) = presenter.link_rows([msgspec.structs.replace(quiet, **change)])
    assert row.in_step is wanted
    step = next(column for column in columns() if column.key == "step")
    assert step.mark is not None
    assert step.tip is not None
    assert (step.mark(row, NOW_MS) is not None) is wanted
    assert ("neither has anything" in step.tip(row, NOW_MS)) is wanted


def test_the_machine_there_and_its_saving_of_power(state: State) -> None:
    state.put(tables.Station, id=owned_subject(bytes.fromhex(UNIT_PEER), "station"), saving=True, card="0123456")
    stations = {row.id: row for row in presenter.read_stations(state.database)}
    (row,) = presenter.link_rows([msgspec.structs.replace(LINKS[1], battery=24)], stations)
    assert (wording.power_text(row), dict(wording.card(row, NOW_MS))["Satellite card"]) == ("24 %, saving power", "0123456")
    power = next(column for column in columns() if column.key == "power")
    assert power.mark is not None
    marks = [power.mark(each, NOW_MS) is not None for each in (row, *presenter.link_rows([LINKS[0]]))]
    assert marks == [True, False]
    assert presenter.read_stations(state.database, ["none"]) == []
    assert presenter.station_of("no hex") == presenter.station_of("") == ""


@pytest.mark.parametrize(
    ("link_id", "carrier", "wanted"),
    [
        ("out:ab", "link", "Network"),
        ("near:ab", "link", "Local network"),
        ("near:ab", "beidou", "Satellite"),
        ("out:ab", "bundle", "Stick"),
    ],
)
def test_by_what_a_peer_is_reached(link_id: str, carrier: str, wanted: str) -> None:
    assert texts(msgspec.structs.replace(LINKS[0], id=link_id, carrier=carrier))["carrier"] == wanted


def test_faults_are_said_in_the_language_of_the_window() -> None:
    i18n.use_language("zh_CN")
    assert wording.faults(msgspec.structs.replace(ME, faults={"recovering": "it was stopped"})) == ["对端已停止运行"]


def test_why_a_link_is_gone_is_said_in_the_language_of_the_window() -> None:
    gone = msgspec.structs.replace(LINKS[1], state="gone", reason="the connection is gone")
    i18n.use_language("zh_CN")
    (row,) = presenter.link_rows([gone])
    assert dict(wording.card(row, NOW_MS))["原因"] == "连接已中断"
    (row,) = presenter.link_rows([msgspec.structs.replace(gone, reason="said by another program")])
    assert row.reason == "said by another program"
