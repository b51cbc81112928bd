"""`fengsui gateway` and `fengsui sensors` as processes: enrolled at a real node, beside a real broker, killed for real."""

from __future__ import annotations

import contextlib
import io
import json
from contextlib import ExitStack
from pathlib import Path

from console.cli import main
from console.models.clock import wall_ms
from tests.commands.test_enrol import ENVIRONMENT, USAGE
from tests.comms.gateways.live.brokers import Mosquitto, needs_mosquitto, stack, started
from tests.comms.peers import AREA, House, house
from tests.e2e.processes import Process, fengsui, node
from tests.waiting import deadline

__all__ = ["house", "stack"]
REGISTRY = "code,name,quantity,lon,lat,interval_min,link\nR1-rain,三号沟,雨量,82.9,44.3,5,MQTT\nR1-level,三号沟,水位,82.9,44.3,5,MQTT\n"


def settings(tmp_path: Path, broker: Mosquitto | None = None) -> Path:
    (tmp_path / "in").mkdir(exist_ok=True)
    text = '[[csv]]\nname = "county"\nfolder = "in"\nsettle_s = 0.2\nlook_s = 0.2\n'
    if broker is not None:
        text += f'[[mqtt]]\nname = "hydro"\nhost = "127.0.0.1"\nport = {broker.port}\nmapping = "mqtt_station"\nkeepalive_s = 1\n'
    path = tmp_path / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return path


def message(at_ms: int, level_m: float) -> tuple[str, str]:
    return "hydro/R1/data", json.dumps({"ts": at_ms, "level_m": level_m})


def said(*words: str, code: int = 0) -> str:
    """What a command of this process prints, faults too."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(words) == code, err.getvalue()
    return out.getvalue() + err.getvalue()


def listed(data: Path) -> dict[str, dict[str, object]]:
    return {row["id"].partition(":")[2]: row for row in json.loads(said("sensors", "list", "--json", "--data", str(data)))}


@needs_mosquitto
def test_what_a_broker_says_reaches_the_node_whoever_is_killed(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    path, data, now_ms = settings(tmp_path, broker), tmp_path / "gateway", wall_ms()
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--role", "gateway").strip()
        with Process("gateway", str(path), "--data", str(data), "--join", token, "--name", "water") as gateway:
            gateway.wait_lines(1, "hydro: working")
            (tmp_path / "registry.csv").write_text(REGISTRY, encoding="utf-8")
            told = fengsui("sensors", "import", str(tmp_path / "registry.csv"), "--data", str(data))
            assert "2 sensors registered" in told
            broker.say(message(now_ms, 1.5))
            deadline(lambda: listed(tmp_path / "node").get("R1-level", {}).get("value") == 1.5, "the node has it", 30)
            gateway.kill()
        broker.say(message(now_ms + 1, 1.6))
        with Process("gateway", str(path), "--data", str(data)) as gateway:
            gateway.wait_lines(1, "hydro: working")
            deadline(lambda: listed(tmp_path / "node")["R1-level"]["value"] == 1.6, "what was said meanwhile too", 30)
            broker.kill()
            gateway.wait_lines(1, "hydro: faulty")
        row = listed(tmp_path / "node")["R1-level"]
        assert (row["name"], row["unit"], row["state"]) == ("三号沟", "m", "normal")
        assert listed(tmp_path / "node")["R1-rain"]["state"] == "no_data"
        assert "三号沟" in said("sensors", "list", "--data", str(tmp_path / "node"))


def test_beside_a_peer_that_runs_already_it_speaks_for_that_peer(tmp_path: Path) -> None:
    path, data = settings(tmp_path), str(tmp_path / "node")
    with node(tmp_path / "node"):
        (tmp_path / "in" / "a.csv").write_text("STCD,TM,Z\nR1,2026-07-01 08:00,1.5\n", encoding="utf-8")
        with Process("gateway", str(path), "--data", data) as gateway:
            gateway.wait_lines(1, "county: working")
            deadline(lambda: listed(tmp_path / "node").get("R1-level", {}).get("value") == 1.5, "it is stored", 30)
            assert "already" in said("gateway", str(path), "--data", data, "--join", "x", code=USAGE)
        assert gateway.popen.returncode == 0


def test_what_is_wrong_is_said_before_anything_is_joined(tmp_path: Path) -> None:
    path, nobody = settings(tmp_path), str(tmp_path / "nobody")
    assert "1 folder(s)" in said("gateway", str(path), "--check")
    assert "--join" in said("gateway", str(path), "--data", nobody, code=USAGE)
    path.write_text('[[csv]]\nname = "a"\n', encoding="utf-8")
    assert "folder" in said("gateway", str(path), "--check", code=USAGE)
    assert "whose password" in said("gateway", "password", code=USAGE)
    (tmp_path / "registry.csv").write_text("code,name\nR1,a\n", encoding="utf-8")
    assert "no column for quantity" in said("sensors", "import", str(tmp_path / "registry.csv"), "--data", nobody, code=ENVIRONMENT)


def test_recorded_readings_are_played_as_live_sensors(house: House, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("STCD,TM,Z\n" + "".join(f"R1,2026-07-01 {hour:02}:00,{hour / 10}\n" for hour in range(12)), encoding="utf-8")
    token = house.node().invite("gateway", AREA).result(5)
    assert "12  sensor.reading" in said("sensors", "play", str(file), "--join", token, "--speed", "100000")
    row = listed(house.root / "node")["R1-level"]
    assert (row["value"], row["unit"], row["state"]) == (1.1, "m", "normal")


def test_a_registry_is_imported_where_no_peer_runs(house: House, tmp_path: Path) -> None:
    node = house.node()
    node.stop()
    (tmp_path / "registry.csv").write_text(REGISTRY, encoding="utf-8")
    words = ("sensors", "import", str(tmp_path / "registry.csv"), "--data", str(house.root / "node"))
    assert "2 sensors would be registered" in said(*words, "--check")
    assert listed(house.root / "node") == {}
    assert "2 sensors registered" in said(*words)
    assert json.loads(said(*words, "--json")) == {"new": 0, "changed": 0, "same": 2}
    assert listed(house.root / "node")["R1-rain"]["link"] == "mqtt"
