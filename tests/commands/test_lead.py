"""`fengsui lead`: begin, look, end; and who cannot."""

from __future__ import annotations

from pathlib import Path

from tests.commands.test_enrol import ENVIRONMENT, REFUSED, failing
from tests.e2e.processes import Process, fengsui, fengsui_json, node


def test_a_console_leads_until_it_is_told_to_stop_also_after_a_restart(tmp_path: Path) -> None:
    data, laptop = str(tmp_path / "node"), str(tmp_path / "laptop")
    with node(tmp_path / "node", "--no-discovery"):
        token = fengsui("enrol", "--data", data, "--role", "console").strip()
        with Process("node", "--local", "--data", laptop, "--name", "laptop", "--upstream", token) as console:
            console.wait_lines(1, "laptop")
            assert fengsui("lead", "--data", laptop).startswith("laptop does not lead")
            assert fengsui("lead", "on", "--author", "Wang", "--data", laptop).startswith("laptop leads since ")
            assert fengsui("lead", "on", "--data", laptop).startswith("laptop leads since ")
        with Process("node", "--local", "--data", laptop) as console:
            console.wait_lines(1, "laptop")
            shown = fengsui_json("lead", "--data", laptop)
            assert isinstance(shown, dict)
            assert shown["leading_ms"]
            assert shown["listen"][0].startswith("tcp://0.0.0.0:")
            assert fengsui("lead", "off", "--data", laptop).startswith("laptop does not lead")
        events = fengsui("journal", "export", "--data", laptop)
        assert events.count("lead.declared") == 2


def test_a_unit_and_a_peer_that_looks_for_nobody_do_not_lead(tmp_path: Path) -> None:
    data, unit = str(tmp_path / "node"), str(tmp_path / "unit")
    assert failing("lead", "on", "--data", unit)[0] == ENVIRONMENT
    with node(tmp_path / "node", "--no-discovery"):
        code, said = failing("lead", "on", "--data", data)
        assert (code, "--no-discovery" in said) == (REFUSED, True)
        token = fengsui("enrol", "--data", data).strip()
        with Process("unit", "--data", unit, "--name", "one", "--join", token) as running:
            running.wait_lines(1, "unit.registered")
            code, said = failing("lead", "on", "--data", unit)
            assert (code, "only a console or a node" in said) == (REFUSED, True)
