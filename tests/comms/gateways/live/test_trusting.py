"""Who a broker is and who may read there: certificates, passwords, and where passwords may lie."""

from __future__ import annotations

import datetime as dt
import ipaddress
import subprocess
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.comms.gateways.live.secrets import password_of
from console.comms.gateways.live.settings import MqttSource, Settings, load_settings
from console.errors import Fault, UsageFault
from console.models.paths import resources_dir
from tests.comms.gateways.live.brokers import needs_mosquitto, stack, started
from tests.comms.gateways.live.houses import Gateway

__all__ = ["stack"]


def source(**more: object) -> MqttSource:
    return msgspec.convert({"name": "hydro", "host": "127.0.0.1", "mapping": "mqtt_station", "keepalive_s": 1} | more, MqttSource)


def certificate(folder: Path) -> None:
    """`ca.pem`, and `broker.pem`, `broker.key` for 127.0.0.1 signed by it."""
    folder.mkdir(exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("test ca", "127.0.0.1")]
    for place, file in enumerate(("ca.pem", "broker.pem")):
        built = x509.CertificateBuilder().subject_name(names[place]).issuer_name(names[0]).public_key(keys[place].public_key())
        built = built.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        built = built.not_valid_after(now + dt.timedelta(days=1)).add_extension(x509.BasicConstraints(place == 0, None), critical=True)
        built = built.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        (folder / file).write_bytes(built.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = keys[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "broker.key").write_bytes(private)


@needs_mosquitto
def test_a_broker_is_believed_by_its_certificate_alone(stack: ExitStack, tmp_path: Path) -> None:
    certificate(tmp_path / "tls")
    certificate(tmp_path / "other")
    lines = ["allow_anonymous true", f"certfile {tmp_path}/tls/broker.pem", f"keyfile {tmp_path}/tls/broker.key"]
    broker = started(stack, tmp_path / "broker", lines)
    gateway = Gateway(stack, tmp_path)
    wrong = source(port=broker.port, tls=True, ca_file="other/ca.pem")
    station = gateway.run(Settings(mqtt=[wrong]), tmp_path)
    assert "cannot be trusted" in gateway.until("hydro", "faulty").fault
    station.stop()
    gateway.run(Settings(mqtt=[source(port=broker.port, tls=True, ca_file="tls/ca.pem")]), tmp_path)
    gateway.until("hydro", "working")


@needs_mosquitto
def test_a_wrong_password_and_a_right_that_is_lacking_are_told(stack: ExitStack, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "fengsui", "right"], check=True, capture_output=True)
    (tmp_path / "acl").write_text("user fengsui\ntopic read hydro/#\n", encoding="utf-8")
    broker = started(stack, tmp_path / "broker", ["allow_anonymous false", f"password_file {passwords}", f"acl_file {tmp_path}/acl"])
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("wrong\n", encoding="utf-8")
    gateway = Gateway(stack, tmp_path)
    gateway.run(Settings(mqtt=[source(port=broker.port, user="fengsui", password_file="secret")]), tmp_path)
    report = gateway.until("hydro", "faulty")
    assert "Check user, password" in report.fault
    assert "wrong\n" not in repr(report)
    secret.write_text("right\n", encoding="utf-8")
    gateway.until("hydro", "working", 30)


def test_a_password_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("right\n", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(Fault, match="others can read this password"):
        password_of(source(user="u", password_file="secret"), tmp_path)
    secret.chmod(0o600)
    assert password_of(source(user="u", password_file="secret"), tmp_path) == "right"


def test_without_a_keyring_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())
    with pytest.raises(Fault, match="password_file"):
        password_of(source(user="u"), tmp_path)


def test_the_example_of_settings_is_one() -> None:
    settings = load_settings(resources_dir() / "gateway.example.toml")
    assert [len(each) for each in (settings.mqtt, settings.csv, settings.quakes)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no source in it"),
        ("format = 2\n[[csv]]\nname = 'a'\nfolder = 'in'", "field format"),
        ("[[csv]]\nname = 'a'\nfolder = 'in'\n[[quakes]]\nname = 'a'\nfolder = 'in'", "'a' is used twice"),
        ("[[csv]]\nname = 'a b'\nfolder = 'in'", "name"),
        ("[[csv]]\nname = 'a'\nfolder = 'in'\nfodler = 1", "fodler"),
        ("[[mqtt]]\nname = 'a'\nhost = 'h'\nmapping = 'nobody'", "nobody"),
        ("[[mqtt]]\nname = 'a'\nhost = 'h'\nmapping = 'cn_sl323'", "topics"),
        ("[[mqtt]]\nname = 'a'\nhost = 'h'\nmapping = 'mqtt_station'\nversion = '4'", "version"),
        ("[[mqtt]\n", "not usable"),
    ],
)
def test_settings_at_fault_are_named(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageFault, match=why):
        load_settings(path)
