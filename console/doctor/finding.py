"""One thing the doctor looked at."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAULT = "fault"


class Finding(msgspec.Struct, frozen=True):
    """`says`: what was found, `remedy`: what a person does about it ("" when nothing need be done)."""

    name: str
    state: State
    says: str
    remedy: str = ""


def ok(name: str, says: str) -> Finding:
    return Finding(name, State.OK, says)


def warn(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, State.WARN, says, remedy)


def fault(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, State.FAULT, says, remedy)
