"""A broker's messages. A message of QoS 1 is acknowledged to the broker after the journal's commit, never before; the session is kept there, so
what comes while this gateway is away waits for it.

One thread, paho's loop in it. While a batch is written nothing is read: the broker holds the rest, so a flood fills its queue and not this
process. When the journal cannot be written the connection is given up unacknowledged, and the broker sends the same again.
"""

from __future__ import annotations

import select
import ssl
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from console.comms.gateways.live.scribe import Author, Scribe
from console.comms.gateways.live.secrets import password_of
from console.comms.gateways.live.settings import MqttSource
from console.comms.gateways.live.tally import Tally
from console.comms.gateways.readings.facts import Fact
from console.comms.gateways.readings.form import Mapping
from console.comms.gateways.readings.message import facts_in
from console.errors import Fault

MOST_MESSAGES = 500
"""In one batch: of a few at a quiet time, of so many at most in a flood."""
GATHER_S = 0.02
LARGEST_PACKET = 16 * 1024 * 1024
"""A broker that speaks MQTT 5 keeps larger ones to itself."""
CONNECT_S = 10.0
SESSION_S = 7 * 86_400
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
_TURN_S = 0.2
_AGAIN = "It is tried again by itself; see whether the broker is well."


class Message(NamedTuple):
    mid: int
    qos: int
    topic: str
    payload: bytes
    retain: bool
    at_ms: int


class _Trusted(ssl.SSLSocket):
    """Closes when the other side cannot be trusted: paho lets go of it as it is."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


class _Client(paho.Client):
    """Whatever arrives after a ping answers it: a broker that works off a long queue puts the answer behind it."""

    def loop_misc(self) -> MQTTErrorCode:
        if self._last_bytes_received > self._ping_t:
            self._ping_t = 0.0
        return super().loop_misc()


class Broker:
    """One source. `run` blocks in the source's thread until `stop` is set."""

    def __init__(self, source: MqttSource, mapping: Mapping, author: Author, tally: Tally, beside: Path, notes: Path) -> None:
        self._source, self._mapping, self._tally, self._beside = source, mapping, tally, beside
        self._scribe = Scribe(author, tally, notes, area=source.area, link="mqtt", most_sensors=source.most_sensors)
        self._id = f"fengsui-{author.origin.hex()[:12]}-{source.name}"
        self._batch: list[Message] = []
        self._arrived: dict[int, tuple[int, int]] = {}  # packet id -> what it was and when it first came: of a repetition the time stays
        self._subscribed: int | None = None
        self._refused = ""
        self._connected = False
        self._wall, self._last_ms = author.wall, 0

    def run(self, stop: threading.Event) -> None:
        wait_s = FIRST_WAIT_S
        try:
            while not stop.is_set():
                self._tally.connecting()
                try:
                    self._connected = False
                    self._session(stop)
                except Fault as fault:
                    self._tally.faulty(str(fault))
                except OSError as error:
                    self._tally.faulty(
                        f"{self._place}: {error.strerror or error}. It is tried again by itself; see whether the broker runs."
                    )
                wait_s = FIRST_WAIT_S if self._connected else min(LONGEST_WAIT_S, wait_s * 2)
                stop.wait(wait_s)
        finally:
            self._scribe.close()

    @property
    def _place(self) -> str:
        return f"{self._source.host}:{self._source.port}"

    # -- one connection -----------------------------------------------------------------------------------------------------

    def _session(self, stop: threading.Event) -> None:
        self._batch.clear()
        self._subscribed, self._refused = None, ""
        client = self._client()
        try:
            self._connect(client)
            self._until(client, lambda: client.is_connected() or bool(self._refused), f"{self._place} does not answer. {_AGAIN}", stop)
            if self._refused:
                raise Fault(f"{self._place} refuses: {self._refused}. Check user, password and rights at the broker.")
            self._subscribe(client)
            self._until(client, lambda: self._subscribed is not None, f"{self._place} does not confirm the subscription. {_AGAIN}", stop)
            if stop.is_set():
                return
            if self._subscribed:
                raise Fault(f"{self._place} does not let this gateway read {', '.join(self._topics)}. Check its rights at the broker.")
            self._connected = True
            self._tally.working()
            while not stop.is_set():
                self._turn(client)
        finally:
            if client.is_connected():
                client.disconnect()
            self._close(client)

    def _client(self) -> paho.Client:
        five = self._source.version == "5"
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._id,
            clean_session=None if five else False,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_S
        if self._source.user:
            client.username_pw_set(self._source.user, password_of(self._source, self._beside))
        if self._source.tls:
            client.tls_set_context(self._trusting())
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        return client

    def _trusting(self) -> ssl.SSLContext:
        ca = str(self._beside / self._source.ca_file) if self._source.ca_file else None
        try:
            context = ssl.create_default_context(cafile=ca)
        except (OSError, ValueError) as error:
            raise Fault(f"{ca}: not a certificate that can be used: {error}. Give the broker's CA as PEM in ca_file.") from error
        context.sslsocket_class = _Trusted
        return context

    def _connect(self, client: paho.Client) -> None:
        more: dict[str, Any] = {}
        if self._source.version == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_S
            properties.MaximumPacketSize = LARGEST_PACKET
            properties.ReceiveMaximum = MOST_MESSAGES
            more = {"clean_start": False, "properties": properties}
        try:
            client.connect(self._source.host, self._source.port, self._source.keepalive_s, **more)
        except ssl.SSLError as error:
            raise Fault(
                f"{self._place}: the broker cannot be trusted: {error}. Give the CA that signed its certificate in ca_file."
            ) from error

    def _subscribe(self, client: paho.Client) -> None:
        if self._source.version == "5":  # what is retained comes once, not at every reconnection
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            client.subscribe([(topic, options) for topic in self._topics])
        else:
            client.subscribe([(topic, 1) for topic in self._topics])

    @property
    def _topics(self) -> list[str]:
        return self._source.topics or self._mapping.topics

    def _until(self, client: paho.Client, reached: Any, problem: str, stop: threading.Event) -> None:
        ends = time.monotonic() + CONNECT_S
        while not reached() and not stop.is_set():
            if time.monotonic() > ends:
                raise Fault(problem)
            self._loop(client, _TURN_S)

    def _loop(self, client: paho.Client, timeout_s: float) -> None:
        code = client.loop(timeout_s)
        if code != paho.MQTT_ERR_SUCCESS and not self._refused:
            raise Fault(f"{self._place}: the connection was lost ({paho.error_string(code)}). It is tried again by itself.")

    # -- what paho calls, in this thread --------------------------------------------------------------------------------------

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            self._refused = str(reason)

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any) -> None:
        self._subscribed = sum(reason.is_failure for reason in reasons)

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        said = hash((topic, message.payload))
        before = self._arrived.get(message.mid) if message.qos and message.dup else None
        if before is None or before[0] != said:
            self._last_ms = max(self._wall(), self._last_ms + 1)  # two that come at once are two
            before = (said, self._last_ms)
        if message.qos:
            self._arrived[message.mid] = before
        self._batch.append(Message(message.mid, message.qos, topic, bytes(message.payload), message.retain, before[1]))

    # -- taking ---------------------------------------------------------------------------------------------------------------

    def _turn(self, client: paho.Client) -> None:
        """Take what is there, for as long as one commit is worth, then store it and acknowledge it."""
        self._scribe.say_kept(self._mapping)
        self._loop(client, _TURN_S)
        ends = time.monotonic() + GATHER_S
        while self._batch and len(self._batch) < MOST_MESSAGES and (left_s := ends - time.monotonic()) > 0:
            if not self._readable(client, left_s):
                break
            self._loop(client, 0)
        if self._batch:
            self._store(client)

    def _readable(self, client: paho.Client, timeout_s: float) -> bool:
        held: Any = client.socket()
        if held is None:
            return True  # lost: the loop says so
        if isinstance(held, ssl.SSLSocket) and held.pending():
            return True
        return bool(select.select([held], [], [], timeout_s)[0])

    def _store(self, client: paho.Client) -> None:
        batch, self._batch = self._batch, []
        facts: list[Fact] = []
        for message in batch:
            facts += self._facts(message)
        try:
            self._scribe.put(facts, self._mapping)
        except Fault as fault:
            lost = sum(message.qos == 0 for message in batch)
            if lost:
                self._tally.refuse("lost", f"{lost} messages of QoS 0 could not be stored; have them sent with QoS 1", lost)
            raise Fault(f"what the broker sent cannot be stored, it keeps it until it can: {fault}") from fault
        for message in batch:
            if message.qos:
                client.ack(message.mid, message.qos)

    def _facts(self, message: Message) -> list[Fact]:
        if not message.topic:
            self._tally.refuse("topic", "a topic that is no text")
            return []
        found = list(facts_in(message.topic, message.payload, self._mapping, self._tally.refuse))
        if message.retain and any(fact.at_ms is None for fact in found):
            self._tally.refuse("retained", f"{message.topic}: kept by the broker, and does not say when it was read")
            return [fact for fact in found if fact.at_ms is not None]
        return [fact if fact.at_ms is not None else fact._replace(at_ms=message.at_ms) for fact in found]

    def _close(self, client: paho.Client) -> None:
        held: Any = client.socket()
        if held is not None:
            held.close()
