"""Classes that are decoded into by several threads at once."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from console.models.form import ready

CONSOLE = Path(__file__).resolve().parents[2] / "console"
CALLS = {"msgspec.convert": 1, "msgspec.toml.decode": None, "msgspec.json.decode": None, "msgspec.msgpack.decode": None}
"""Function -> where its type stands when it has no name."""
BUILT_IN = {"dict", "list", "tuple", "str", "int", "float", "bytes", "Any"}
HAMMER = """
import sys, threading
import msgspec
from typing import Annotated
from console.models.form import ready

sys.setswitchinterval(1e-6)
failed = []

def read(form, raw, begin):
    begin.wait()
    try:
        assert msgspec.toml.decode(raw, type=ready(form)).held.f7 == 7
    except BaseException as error:
        failed.append(error)

for round in range(60):
    fields = [(f"f{at}", Annotated[int, msgspec.Meta(ge=0, le=at + 1)]) for at in range(60)]
    inner = msgspec.defstruct(f"Inner{round}", fields)
    outer = msgspec.defstruct(f"Outer{round}", [("held", inner), ("more", dict[str, inner], msgspec.field(default_factory=dict))])
    raw = "[held]\\n" + "\\n".join(f"f{at} = {at}" for at in range(60))
    begin = threading.Barrier(4)
    threads = [threading.Thread(target=read, args=(outer, raw, begin)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
assert not failed, failed[:3]
"""


def unready(source: str) -> list[int]:
    """Line numbers of calls that decode into a class which is not `ready`."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) not in CALLS:
            continue
        at = CALLS[ast.unparse(call.func)]
        forms = [word.value for word in call.keywords if word.arg == "type"] + ([] if at is None else call.args[at : at + 1])
        found += [call.lineno for form in forms if not _safe(form)]
    return found


def _safe(form: ast.expr) -> bool:
    return ast.unparse(form).startswith("ready(") or {node.id for node in ast.walk(form) if isinstance(node, ast.Name)} <= BUILT_IN


def test_what_is_not_ready_is_seen() -> None:
    assert unready("msgspec.toml.decode(raw, type=Rule)\nmsgspec.convert(held, Rule)\nmsgspec.json.decode(raw, type=list[Rule])") == [
        1,
        2,
        3,
    ]
    assert unready("msgspec.toml.decode(raw, type=ready(Rule))\nmsgspec.convert(a, dict[str, int])\nmsgspec.json.decode(raw)") == []


def test_everything_that_is_decoded_into_a_class_has_it_made_ready() -> None:
    """Panels are of one thread each, and decode columns into bodies of events: classes that the registry has read on import."""
    files = [file for room in ("models", "comms", "commands", "doctor") for file in sorted((CONSOLE / room).rglob("*.py"))]
    assert len(files) > 100
    found = [f"{file.relative_to(CONSOLE)}:{line}" for file in files for line in unready(file.read_text(encoding="utf-8"))]
    assert not found, f"name the class as type=ready(Class) of console.models.form: {found}"


def test_threads_that_first_meet_a_class_at_once_all_read_it() -> None:
    done = subprocess.run([sys.executable, "-c", HAMMER], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_ready_gives_the_class_itself() -> None:
    form = dict[str, int]
    assert ready(form) is form
