"""The sentences that peers, journals and files can say to a window, found in the sources: what `reasons.toml` must cover."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[2] / "console"
ROOMS = (
    "comms/peer",
    "comms/session",
    "comms/wire.py",
    "comms/security",
    "comms/local",
    "comms/carriers",
    "models/journal",
    "models/trust.py",
    "models/form.py",
    "models/maps",
    "comms/tiles",
    "models/feeds",
    "comms/feeds",
    "comms/gateways/feeds_table.py",
    "comms/gateways/spreadsheet.py",
    "comms/gateways/xlsx.py",
    "comms/gateways/live",
    "comms/gateways/readings",
    "comms/gateways/quakes.py",
    "views/video/player",
    "views/video/viewing.py",
)
"""What gateways say is for the command line that plays a file."""
SAYS = re.compile(r"(Fault|Unusable|Refused|Denied|Refusal|WireError)$")
CALLS = frozenset(
    {"stand", "faulty", "refuse", "bye", "become", "_become", "_end", "_gone", "_fail", "fail", "drop", "dropped", "Dropped", "Bye"}
)
SPEAKING = frozenset({"text", "_clock", "fault_of"})
"""Functions that answer with such a sentence."""
VALUE = re.compile(r"\{\w*\}")


def sentences() -> dict[str, str]:
    """Template with "{}" for each value -> where it is said."""
    found: dict[str, str] = {}
    for room in ROOMS:
        path = CONSOLE / room
        for file in [path] if path.suffix else sorted(path.rglob("*.py")):
            for line, text in said_in(file.read_text(encoding="utf-8")):
                found.setdefault(text, f"{file.relative_to(CONSOLE.parent)}:{line}")
    return found


def said_in(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        for expression in _spoken(node):
            for text in _texts(expression, constants):
                if text.count(" ") and VALUE.sub("", text).strip(" :.,()"):
                    yield node.lineno, text  # type: ignore[attr-defined]


def _spoken(node: ast.AST) -> list[ast.expr]:
    """The expressions whose text somebody gets to hear: of a fault raised, a link ended, a `fault` or `reason` set."""
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return list(node.args) if SAYS.search(name) or name in CALLS else []
    if isinstance(node, ast.FunctionDef) and node.name in SPEAKING:
        return [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None]
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {target.id if isinstance(target, ast.Name) else getattr(target, "attr", "") for target in targets}
        return [node.value] if names & {"fault", "reason", "refusal", "problem", "text", "_text"} else []
    return []


def _texts(node: ast.expr, constants: Mapping[str, object]) -> list[str]:
    """Every way it can read; "{}" stands for a value."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Name) and isinstance(constants.get(node.id), str):
        return [str(constants[node.id])]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, constants), *_texts(node.orelse, constants)]
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _texts(value, constants)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_part(value, constants) for value in node.values))]
    return []


def _part(node: ast.expr, constants: Mapping[str, object]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    value = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(value, ast.IfExp | ast.BoolOp):
        branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else value.values
        return [
            text for branch in branches for text in _part(branch, constants) if not isinstance(branch, ast.Constant) or branch.value != ""
        ]
    return _texts(value, constants) or ["{}"]
