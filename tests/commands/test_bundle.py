"""`fengsui bundle` as a person uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.comms.carriers.bundle.people import Company, Person
from tests.e2e.processes import CHECKOUT, Process, fengsui
from tests.waiting import deadline

NOT_WELL, USAGE, ENVIRONMENT, REFUSED = 1, 2, 3, 4


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Person, Person, Person]]:
    """(node, console, unit), enrolled, their peers at rest."""
    with ExitStack() as stack:
        company = Company(tmp_path, stack)
        node, desk, unit = company.node, company.person("值班台", "console", "6527"), company.person("unit", "unit")
        node.order(unit.own())
        node.report("道路中断", area="652701")
        node.write("incident.opened", node.own("slide"), _opened())
        for person in (node, desk, unit):
            person.close()
            person.keep_keys()
        yield node, desk, unit


def _opened():  # noqa: ANN202
    from console.models.kinds import IncidentOpened

    return IncidentOpened(title="山体滑坡")


def bundle(person: Person, *words: str) -> str:
    return fengsui("bundle", words[0], "--data", str(person.data.root), *words[1:])


def failing(person: Person, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "console", "bundle", words[0], "--data", str(person.data.root), *words[1:]],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.returncode, done.stderr


def digest(person: Person) -> str:
    return fengsui("journal", "digest", "--data", str(person.data.root))


def test_made_shown_and_taken_by_three_commands(people: tuple[Person, Person, Person], tmp_path: Path) -> None:
    node, desk, _ = people
    out = tmp_path / "stick" / "desk.fsb"
    out.parent.mkdir()
    assert "for 值班台: 3 command, 2 report" in bundle(node, "export", "--for", "值班台", "--out", str(out))
    assert oct(out.stat().st_mode & 0o777) == "0o644", "sealed: another machine's user must be able to read it"
    shown = bundle(desk, "show", str(out))
    assert "volume 1 (the last)" in shown
    assert "from node (node, area 6527" in shown
    assert "incident.opened" in shown
    assert "new here: 3 command, 2 report" in shown
    assert bundle(desk, "import", str(out)).startswith("taken: 3 command, 2 report; held already: 0")
    assert bundle(desk, "import", str(out)).startswith("taken: nothing; held already: 5")
    assert digest(desk) == digest(node)


def test_the_same_through_running_peers(people: tuple[Person, Person, Person], tmp_path: Path) -> None:
    node, desk, _ = people
    with Process("node", "--data", str(node.data.root), "--local"), Process("node", "--data", str(desk.data.root), "--local"):
        deadline(lambda: all((person.data.root / "running.json").exists() for person in (node, desk)), "both run", 30)
        bundle(node, "export", "--for", "值班台", "--out", str(tmp_path / "a.fsb"))
        assert bundle(desk, "import", str(tmp_path / "a.fsb")).startswith("taken: 3 command, 2 report")
        receipt = bundle(desk, "export", "--for", "node", "--out", str(tmp_path / "b.fsb"))
        assert "nothing it is not known to have" in receipt
        bundle(node, "import", str(tmp_path / "b.fsb"))
        assert "nothing it is not known to have" in bundle(node, "export", "--for", "值班台", "--out", str(tmp_path / "c.fsb"))


def test_one_incident(people: tuple[Person, Person, Person], tmp_path: Path) -> None:
    node, desk, _ = people
    bundle(node, "export", "--for", "值班台", "--out", str(tmp_path / "a.fsb"), "--incident", node.own("slide"))
    assert "about one incident: 山体滑坡" in bundle(desk, "show", str(tmp_path / "a.fsb"))
    assert "3 command, 1 report" in bundle(desk, "import", str(tmp_path / "a.fsb"))


def test_for_a_program(people: tuple[Person, Person, Person], tmp_path: Path) -> None:
    node, desk, _ = people
    made = json.loads(bundle(node, "export", "--for", "值班台", "--out", str(tmp_path / "a.fsb"), "--json"))
    assert made["events"] == {"command": 3, "report": 2}
    shown = json.loads(bundle(desk, "show", str(tmp_path / "a.fsb"), "--json"))
    assert (shown["volumes"][0]["name"], shown["missing"]) == ("node", [])
    taken = json.loads(bundle(desk, "import", str(tmp_path / "a.fsb"), "--json"))
    assert taken["events"] == {"command": 3, "report": 2}


def test_what_goes_wrong_is_said_with_the_place_and_what_to_do(people: tuple[Person, Person, Person], tmp_path: Path) -> None:
    node, desk, unit = people
    out = tmp_path / "a.fsb"
    bundle(node, "export", "--for", "值班台", "--out", str(out))
    code, said = failing(unit, "import", str(out))
    assert (code, "is for" in said) == (REFUSED, True)
    content = bytearray(out.read_bytes())
    content[len(content) // 2] ^= 4
    (tmp_path / "b.fsb").write_bytes(content)
    code, said = failing(desk, "import", str(tmp_path / "b.fsb"))
    assert code == NOT_WELL
    assert "b.fsb: event 6527" in said
    assert "of node was altered or damaged. Nothing of this file was taken." in said
    assert failing(node, "export", "--for", "nobody", "--out", str(tmp_path / "c.fsb"))[0] == ENVIRONMENT
    assert failing(node, "export", "--for", "值班台", "--out", str(out)) == (
        ENVIRONMENT,
        f"fengsui: {out} exists already. Choose another name, or remove it first.\n",
    )
    assert failing(node, "export", "--for", "值班台", "--out", str(out), "--volume-size", "huge")[0] == USAGE
    code, said = failing(desk, "show", str(tmp_path / "none.fsb"))
    assert (code, "none.fsb cannot be read" in said) == (ENVIRONMENT, True)


def test_no_peer_there(tmp_path: Path) -> None:
    code = fengsui("bundle", "show", "x.fsb", "--data", str(tmp_path / "empty"), code=ENVIRONMENT)
    assert code == ""


@pytest.mark.parametrize("size", ["64MB", "1.5 gb", "1048576", "4GiB"])
def test_sizes_as_people_write_them(size: str) -> None:
    from console.commands.bundle import _bytes

    assert _bytes(size) >= 1 << 20
