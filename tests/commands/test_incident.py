"""`fengsui incident`: what is held is not purged; what is purged is gone, and the journal still verifies."""

from __future__ import annotations

from pathlib import Path

from console.comms.local.client import ask
from console.comms.local.messages import Draft, Write
from console.models import kinds
from console.models.paths import DataDir
from tests.commands.test_enrol import REFUSED, USAGE, failing
from tests.e2e.processes import fengsui, fengsui_json, node


def write(data: Path, *bodies: kinds.Body) -> None:
    drafts = [Draft(kind=kinds.kind_of(body), body=kinds.encode_body(body), subject="case-1") for body in bodies]
    ask(DataDir(data), lambda number: Write(id=number, drafts=drafts))


def test_held_lifted_purged(tmp_path: Path) -> None:
    home = tmp_path / "node"
    data = str(home)
    with node(home):
        write(home, kinds.IncidentOpened(title="三号沟泥流"), kinds.LogEntered(text="王秀英 七十二岁"), kinds.LossReported(injured=2))
        assert failing("incident", "purge", "case", "--why", "结束", "--data", data)[0] == REFUSED, "it is open"
        write(home, kinds.IncidentClosed())
        assert failing("incident", "hold", "case", "--data", data)[0] == USAGE, "without a reason"
        assert failing("incident", "hold", "nowhere", "--why", "x", "--data", data)[0] == USAGE
        fengsui("incident", "hold", "case", "--why", "事故调查", "--data", data)
        code, said = failing("incident", "purge", "case", "--why", "结束", "--data", data)
        assert (code, "事故调查" in said) == (REFUSED, True)
        fengsui("incident", "lift", "case", "--why", "调查结束", "--data", data)
        fengsui("incident", "purge", "case", "--why", "响应结束", "--data", data)
        listed = fengsui_json("incident", "list", "--json", "--data", data)
        assert isinstance(listed, list)
        assert [(each["status"], each["hold"], each["purged_ms"] is not None) for each in listed] == [("closed", "", True)]
        assert "王秀英" not in fengsui("journal", "export", "--data", data)
    fengsui("journal", "verify", "--data", data)
