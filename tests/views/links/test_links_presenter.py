"""What the links workspace words, and the peers it reads over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.comms import session
from console.comms.local.messages import Link
from console.models.state import tables
from console.views import i18n
from console.views.links import presenter
from tests.views.tables import sample
from tests.views.tables.sample import LINKS, ME, NODE, UNIT_PEER
from tests.views.tables.state import NOW_MS, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def texts(link: Link) -> dict[str, str]:
    (row,) = presenter.link_rows([link])
    return {column.key: column.text(row, NOW_MS) for column in presenter.columns()}


def test_a_link_says_who_how_since_when_and_what_waits() -> None:
    told = texts(LINKS[1])
    assert told == {
        "name": "矿山救护队终端",
        "state": "Silent",
        "heard": "73 s",
        "delay": "812",
        "waiting": "2 / 5 / 340",
        "refused": "0",
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
    card = dict(presenter.card(row, NOW_MS))
    assert row.name == "unknown peer"
    assert presenter.refused_count(row) == 16
    assert card["Refused"].startswith("14 ")
    assert card["Why"] == LINKS[2].reason


def test_trouble_sorts_first() -> None:
    state = next(column for column in presenter.columns() if column.key == "state")
    rows = sorted(presenter.link_rows(LINKS), key=state.sort_key)
    assert [row.state for row in rows] == ["refused", "silent", "online"]


def test_commands_and_reports_that_wait_are_marked_and_telemetry_is_not() -> None:
    waiting = next(column for column in presenter.columns() if column.key == "waiting")
    assert waiting.mark is not None
    assert [waiting.mark(row, NOW_MS) is not None for row in presenter.link_rows(LINKS)] == [False, True, False]


def test_this_peer_in_one_line() -> None:
    told = presenter.own_text(ME, NOW_MS)
    assert told.startswith(
        "This peer: 值班台一号 · node · area 6527 · listens on tcp://0.0.0.0:7650 · 18204 events held · up 1 h 30 min · refused: 14 "
    )
    assert presenter.faults(ME) == ["本机时钟比 3 个对端慢 42 秒：请校时。"]
    assert "does not listen" in presenter.own_text(msgspec.structs.replace(ME, listen=[], refused={}), NOW_MS)


def test_an_absent_peer_is_said() -> None:
    assert "own peer is away" in presenter.own_text(None, NOW_MS)
    assert presenter.faults(None) == []


def test_peers_known_and_revoked(state: State) -> None:
    state.put(tables.Peer, id="ff" * 16, name="", role="unit", area="652701", revoked_by=NODE, revoked_why="终端遗失", enrolled_by=NODE)
    peers = {peer.id: peer for peer in presenter.read_peers(state.database)}
    assert peers[UNIT_PEER].name == "矿山救护队终端"
    assert not peers[UNIT_PEER].revoked
    lost = peers["ff" * 16]
    assert (lost.name, lost.revoked, lost.why, lost.enrolled_by) == ("ffffffff", True, "终端遗失", "精河县汇聚节点")
    told = {column.key: column.text(lost, NOW_MS) for column in presenter.peer_columns()}
    assert (told["trust"], told["why"]) == ("no, revoked", "终端遗失")


def test_why_a_link_is_gone_is_said_in_the_language_of_the_window() -> None:
    gone = msgspec.structs.replace(LINKS[1], state="gone", reason="the connection is gone")
    i18n.use_language("zh_CN")
    (row,) = presenter.link_rows([gone])
    assert dict(presenter.card(row, NOW_MS))["原因"] == "连接已中断"
    (row,) = presenter.link_rows([msgspec.structs.replace(gone, reason="said by another program")])
    assert row.reason == "said by another program"


def test_the_reasons_that_have_words_are_those_that_peers_give() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (Path(presenter.__file__).parents[2] / "comms").rglob("*.py"))
    known = set(i18n.catalogue("zh_CN").words["link_reason"]) - {f"nothing was heard for {session.GONE_MS // 1000} s"}
    assert [reason for reason in known if f'"{reason}"' not in source] == []
