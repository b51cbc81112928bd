"""A peer's private keys: files that their owner alone can read.

`keys/` holds one file a key, 64 hex digits and a newline: `sign.key` (Ed25519, says who this peer is), `curve.key` (CURVE, for
sockets that leave the machine), `local-server.key` and `local-client.key` (CURVE, for the socket between this machine's own
processes: who can read the second may talk to the peer).
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path
from typing import NamedTuple

import zmq
from zmq.utils import z85

from console.errors import Fault
from console.models.identity import Signer

KEY_BYTES = 32
_GROUP_AND_OTHERS = 0o077


class CurvePair(NamedTuple):
    """A CURVE (Curve25519) key pair, 32 raw bytes each."""

    public: bytes
    secret: bytes

    @classmethod
    def generate(cls) -> CurvePair:
        public, secret = zmq.curve_keypair()
        return cls(z85.decode(public), z85.decode(secret))

    @classmethod
    def of_secret(cls, secret: bytes) -> CurvePair:
        return cls(z85.decode(zmq.curve_public(z85.encode(secret))), secret)

    def __repr__(self) -> str:
        return f"CurvePair({self.public.hex()})"

    def serve(self, socket: zmq.Socket[bytes], domain: str) -> None:
        """Make `socket` a CURVE server that asks the ZAP handler under `domain`. Before it is bound."""
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self.secret)
        socket.setsockopt(zmq.ZAP_DOMAIN, domain.encode("ascii"))

    def dial(self, socket: zmq.Socket[bytes], server_key: bytes) -> None:
        """Make `socket` a CURVE client of the server with this public key. Before it is connected."""
        socket.setsockopt(zmq.CURVE_SERVERKEY, server_key)
        socket.setsockopt(zmq.CURVE_PUBLICKEY, self.public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self.secret)


class Keys(NamedTuple):
    signer: Signer
    curve: CurvePair
    local_server: CurvePair
    local_client: CurvePair


def open_keys(directory: Path) -> Keys:
    """Read a peer's keys, making those that are missing. Raises Fault: unreadable, damaged, or readable by others."""
    _private_directory(directory)
    pairs = (CurvePair.of_secret(_open(directory / f"{name}.key")) for name in ("curve", "local-server", "local-client"))
    return Keys(Signer(_open(directory / "sign.key")), *pairs)


def read_local_client(directory: Path) -> CurvePair | None:
    """The key to talk to this machine's peer with, None when there is none yet. Raises Fault as `open_keys` does."""
    path = directory / "local-client.key"
    if not path.exists():
        return None
    return CurvePair.of_secret(_read(path))


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file that its owner alone can read: under another name, synced, then renamed. Raises OSError."""
    part = _part(path, content)
    try:
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _private_directory(directory: Path) -> None:
    try:
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Fault(f"{directory} cannot be made ({error.strerror}). Check the rights of the data directory.") from error
    _refuse_loose(directory, "chmod 700")


def _refuse_loose(path: Path, remedy: str) -> None:
    """On Windows the directory inherits its owner's rights from the profile, and mode bits say nothing."""
    if sys.platform == "win32":
        return
    if stat.S_IMODE(path.stat().st_mode) & _GROUP_AND_OTHERS:
        raise Fault(f"{path} can be used by other users of this machine. Run `{remedy} {path}`; if others may have read it, enrol anew.")


def _open(path: Path) -> bytes:
    if not path.exists():
        _create(path, secrets.token_bytes(KEY_BYTES) if path.name == "sign.key" else CurvePair.generate().secret)
    return _read(path)


def _create(path: Path, key: bytes) -> None:
    """Appears whole or not at all; of two processes that start at once, the second takes the key of the first."""
    try:
        part = _part(path, key.hex().encode("ascii") + b"\n")
        try:
            if sys.platform == "win32":
                part.rename(path)  # refuses an existing target there
            else:
                os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"{path} cannot be written ({error.strerror}). Check the rights of its directory and the disk.") from error


def _part(path: Path, content: bytes) -> Path:
    part = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(fd, "wb") as file:  # all of it: a nearly full disk takes a part and says nothing
            file.write(content)
            file.flush()
            os.fsync(fd)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def _read(path: Path) -> bytes:
    try:
        _refuse_loose(path, "chmod 600")
        text = path.read_text("ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise Fault(f"{path} cannot be read ({error.strerror}). Check its owner and rights.") from error
    except ValueError as error:
        raise Fault(f"{path} is not a key file. Restore it from a copy, or use another data directory and enrol anew.") from error
    if len(key) != KEY_BYTES:
        raise Fault(f"{path} is damaged: {len(key)} of {KEY_BYTES} bytes. Restore it from a copy, or use another data directory.")
    return key
