"""`fengsui ready` prints the checklist of the window, with its exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from console.cli import main
from console.comms.peer import Peer
from console.comms.peer.power import SIMULATED_VARIABLE
from console.models.paths import DataDir
from console.views import i18n
from tests.comms.peers import AREA, House, house  # noqa: F401
from tests.waiting import deadline


@pytest.fixture(autouse=True)
def _language_restored() -> object:
    before = i18n.language()
    yield
    i18n.use_language(before)


@pytest.fixture
def full_battery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "battery.toml"
    path.write_text("percent = 95\nleft_s = 14400", encoding="utf-8")
    monkeypatch.setenv(SIMULATED_VARIABLE, str(path))
    return path


def test_a_machine_in_step_with_its_node_may_leave(
    house: House,  # noqa: F811
    full_battery: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    node = house.node("精河县")
    data = DataDir(house.root / "laptop")
    laptop = house.start(Peer(data, local=True))
    laptop.join(node.invite("console", AREA).result(5), "laptop").result(20)
    deadline(lambda: laptop.links()[0].in_step_ms is not None, "in step with the node", 20)
    deadline(lambda: laptop.links()[0].skew_ms is not None, "the clocks are compared", 20)
    assert main(["ready", "--data", str(data.root), "--lang", "en", "--json"]) == 0
    told = {check["key"]: check for check in json.loads(capsys.readouterr().out)}
    assert {key: told[key]["state"] for key in ("sync", "keys", "battery", "clock")} == dict.fromkeys(
        ("sync", "keys", "battery", "clock"), "well"
    )
    assert "In step with 精河县" in told["sync"]["says"]
    assert "SIMULATED" in told["battery"]["says"]
    full_battery.write_text("percent = 8", encoding="utf-8")
    deadline(lambda: laptop.me().power.percent == 8, "the battery is looked at", 20)
    assert main(["ready", "--data", str(data.root), "--lang", "zh_CN"]) == 1
    out = capsys.readouterr().out
    assert "处理  电池" in out
    assert out.splitlines()[-1].startswith("尚未就绪")


def test_without_a_peer_it_says_so(tmp_path: Path, full_battery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ready", "--data", str(tmp_path / "none"), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "there is no journal" in out.lower()
    assert "This machine has no identity yet." in out
    assert "Battery 95 %" in out
    assert not (tmp_path / "none").exists()  # it changes nothing


@pytest.mark.skipif(os.name != "posix", reason="rights are not mode bits there")
def test_keys_that_others_can_read_stop_it(tmp_path: Path, full_battery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = DataDir(tmp_path / "data")
    data.keys.mkdir(parents=True, mode=0o700)
    (data.keys / "sign.key").write_text("x", encoding="utf-8")
    (data.keys / "sign.key").chmod(0o644)
    assert main(["ready", "--data", str(data.root), "--lang", "en"]) == 1
    assert "sign.key" in capsys.readouterr().out
