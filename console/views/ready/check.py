"""One entry of the checklist. No Qt."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """`DOUBT`: one may leave, knowing it; `BAD`: mend it first."""

    WELL = "well"
    DOUBT = "doubt"
    BAD = "bad"


class Mend(StrEnum):
    """What a button beside the entry does."""

    NONE = ""
    LOAD_MAP = "load_map"
    LINKS = "links"
    JOIN = "join"
    CLOSE_KEYS = "close_keys"
    SAVE_POWER = "save_power"
    OPEN_FOLDER = "open_folder"
    COPY_COMMAND = "copy_command"


class Check(NamedTuple):
    """`key`: which entry; `says`: what was found; `as_of_ms`: when that was so (UTC), None when it is so now; `remedy`: what a person does
    about it, "" when nothing need be done; `command`: for COPY_COMMAND."""

    key: str
    state: State
    says: str
    as_of_ms: int | None = None
    remedy: str = ""
    mend: Mend = Mend.NONE
    command: str = ""
