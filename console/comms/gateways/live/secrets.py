"""The password of a source: in the system's keyring, or in a file that its owner alone can read. Never in settings, logs or exports."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from console.comms.gateways.live.settings import MqttSource
from console.errors import Fault

SERVICE = "fengsui gateway"
_MOST_BYTES = 4096


def password_of(source: MqttSource, beside: Path) -> str:
    """Raises Fault when there is none, or others could read it."""
    return _from_file(beside / source.password_file) if source.password_file else _from_keyring(source.name)


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Fault(f"{path}: others can read this password. `chmod 600 {path}`, and change the password.")
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise Fault(f"{path}: the password cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise Fault(f"{path}: the password is not UTF-8.") from error


def _from_keyring(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        held = keyring.get_password(SERVICE, name)
    except (KeyringError, RuntimeError) as error:
        raise Fault(
            f"the system's keyring cannot be asked for the password of {name}: {error}. Unlock it, or name a password_file."
        ) from error
    if held is None:
        raise Fault(
            f"there is no password for {name}. `fengsui gateway password {name}` puts it into the keyring; or name a password_file."
        )
    return held


def keep_password(name: str, password: str) -> None:
    """Raises Fault when this machine has no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, password)
    except (KeyringError, RuntimeError) as error:
        raise Fault(f"the system's keyring takes no password: {error}. Name a password_file in the settings instead.") from error
