"""Names and passwords of feeds: in the system's keyring, else, with the operator's consent, in a file that only its owner can read.

Never in an event, a log, an export or a message. Reading a keyring may wait for a person to unlock it: never on a thread that must not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from console.comms.security.keys import write_private
from console.errors import Fault
from console.models.feeds.address import Secrets
from console.models.form import ready

SERVICE = "fengsui-feeds"
NO_KEYRING = (
    "This machine has no keyring to keep passwords of feeds in (such as GNOME Keyring, KWallet or the Windows Credential Manager). "
    "Install one, or allow a file that only this user can read."
)


class Ring(Protocol):
    """What is used of a `keyring` backend."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class FeedKeys:
    """Attributes: `place`, "keyring", "file" or "" (nowhere yet). `ring`: of the system when None is given."""

    def __init__(self, root: Path, ring: Ring | None = None) -> None:
        self._file = root / "keys" / "feeds.json"
        self._ring = ring if ring is not None else system_ring()

    @property
    def place(self) -> str:
        return "file" if self._file.exists() else "keyring" if self._ring is not None else ""

    def allow_file(self) -> None:
        """By a person's consent: from now on in a file. Raises Fault where it cannot be written."""
        self._write(self._read())

    def get(self, feed: str) -> Secrets:
        """Raises Fault when the keyring does not answer (it is locked)."""
        told = self._read().get(feed) if self.place == "file" else self._asked(lambda ring: ring.get_password(SERVICE, feed))
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(told, type=ready(Secrets)) if told else Secrets()
        return Secrets()

    def put(self, many: Mapping[str, Secrets]) -> None:
        """Raises Fault where there is nowhere to keep them, and then none was kept that was not before."""
        if not many:
            return
        told = {feed: msgspec.json.encode(secrets).decode() for feed, secrets in many.items()}
        if self.place == "file":
            self._write(self._read() | told)
            return
        for feed, text in told.items():
            self._asked(lambda ring, feed=feed, text=text: ring.set_password(SERVICE, feed, text))  # type: ignore[misc]

    def forget(self, feed: str) -> None:
        if self.place == "file":
            held = self._read()
            if held.pop(feed, None) is not None:
                self._write(held)
        elif self._ring is not None:
            with suppress(Exception):
                self._ring.delete_password(SERVICE, feed)

    def _asked(self, ask: Callable[[Ring], Any]) -> Any:
        if self._ring is None:
            raise Fault(NO_KEYRING)
        try:
            return ask(self._ring)
        except Exception as error:  # noqa: BLE001 - backends raise whatever they like
            raise Fault(f"The keyring does not answer ({type(error).__name__}). Unlock it, then try again.") from None

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError):
            raise Fault(f"{self._file} cannot be read. Restore it, or remove it and import the feeds again.") from None

    def _write(self, held: dict[str, str]) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._file, msgspec.json.encode(held))
        except OSError as error:
            raise Fault(f"{self._file} cannot be written ({error.strerror}). Check the rights of the directory and the disk.") from None


def system_ring() -> Ring | None:
    """The keyring of this system, None where there is none that keeps anything."""
    import keyring
    from keyring.backends import fail, null

    try:
        held = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - whatever a backend does, there is no keyring
        return None
    backends = getattr(held, "backends", None)
    if isinstance(held, fail.Keyring | null.Keyring) or (backends is not None and not backends):
        return None
    return held
