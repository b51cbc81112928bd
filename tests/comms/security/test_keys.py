"""Key files: made once, only for their owner, and never used when others can read them."""

from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path

import pytest

from console.comms.security.keys import CurvePair, Keys, open_keys, read_local_client
from console.errors import Fault

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="mode bits say nothing there")


def test_keys_are_made_once(tmp_path: Path) -> None:
    first, second = open_keys(tmp_path / "keys"), open_keys(tmp_path / "keys")
    assert first.signer.private_key == second.signer.private_key
    assert first[1:] == second[1:]
    assert len({first.curve, first.local_client, first.local_server}) == 3
    assert read_local_client(tmp_path / "keys") == first.local_client


@POSIX
def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    open_keys(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    files = list((tmp_path / "keys").iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@POSIX
@pytest.mark.parametrize("loose", ["keys", "keys/sign.key", "keys/local-client.key"])
def test_keys_that_others_can_read_are_refused(tmp_path: Path, loose: str) -> None:
    open_keys(tmp_path / "keys")
    path = tmp_path / loose
    path.chmod(path.stat().st_mode | 0o040)
    with pytest.raises(Fault, match=r"chmod [67]00") as caught:
        open_keys(tmp_path / "keys")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"zz", b"00" * 31, b"\xff\xfe" * 40])
def test_a_damaged_key_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    open_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "sign.key"
    path.write_bytes(content)
    with pytest.raises(Fault, match=r"sign\.key"):
        open_keys(tmp_path / "keys")
    assert path.read_bytes() == content


def test_two_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    gate, found = threading.Barrier(8), []

    def start() -> None:
        gate.wait()
        found.append(open_keys(tmp_path / "keys"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(keys.signer.private_key, *keys[1:]) for keys in found}) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 4


def test_secrets_are_not_in_representations() -> None:
    pair = CurvePair.generate()
    assert pair.secret.hex() not in repr(pair)
    assert str(pair.secret) not in repr(Keys(None, pair, pair, pair))  # type: ignore[arg-type]


def test_a_pair_is_derived_from_its_secret() -> None:
    pair = CurvePair.generate()
    assert CurvePair.of_secret(pair.secret) == pair
