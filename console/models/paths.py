"""Where things lie on disk."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent


def resources_dir() -> Path:
    """What the program reads at run time: beside the package in a checkout, inside it when installed."""
    checkout = _PACKAGE.parent / "resources"
    return checkout if checkout.is_dir() else _PACKAGE / "_resources"


def default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("fengsui", appauthor=False))


class DataDir:
    """One peer's directory: journal, keys, and where its running process can be reached."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def journal(self) -> Path:
        return self.root / "journal.db"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def running(self) -> Path:
        """Written by the running peer: pid, port and public key of the local socket (owner-only)."""
        return self.root / "running.json"

    @property
    def log(self) -> Path:
        return self.root / "peer.log"
