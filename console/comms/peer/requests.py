"""What windows and commands ask of the peer, over the local socket: one line a kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from console.comms.carriers.bundle.orders import Job
from console.comms.local.messages import (
    Bundle,
    Discover,
    Done,
    Failed,
    Invite,
    Join,
    Lead,
    Purge,
    Revoke,
    SavePower,
    SendBySatellite,
    Stop,
    UseTerminal,
    Write,
)
from console.errors import Fault

if TYPE_CHECKING:
    from console.comms.peer.loop import Loop

Take = Callable[[Any, "Future[Any]"], None]
"""Does what a request asks, and settles the future, at once or later. May raise."""


def answers(loop: Loop) -> Mapping[type[Any], Take]:
    """By kind of request."""
    network = loop.network
    return {
        Write: lambda asked, future: loop.write(asked.drafts, future),
        Join: lambda asked, future: network.join(asked.token, asked.name, future),
        Invite: _result(lambda asked: network.invite(asked.role, asked.area, asked.valid_s)),
        Revoke: _result(lambda asked: [network.registrar.revoke(asked.peer, asked.why)]),
        Bundle: _result(lambda asked: loop.bundle(asked.order)),
        Lead: _done(lambda asked: network.lead(asked.on, asked.author)),
        Discover: _done(lambda asked: network.discover(asked.on)),
        SavePower: _done(loop.save_power),
        UseTerminal: _done(lambda asked: loop.satellite.use(asked.port)),
        SendBySatellite: _done(lambda _: loop.satellite.send()),
        Purge: _done(lambda asked: loop.hub.purge(asked.incident, asked.why, asked.author)),
        Stop: _done(lambda _: loop.end()),
    }


def _result(work: Callable[[Any], object]) -> Take:
    return lambda asked, future: future.set_result(work(asked))


def _done(work: Callable[[Any], object]) -> Take:
    """What has nothing to answer but that it is done."""

    def take(asked: Any, future: Future[Any]) -> None:
        work(asked)
        future.set_result(None)

    return take


def answer_of(request_id: int, settled: Future[Any]) -> Done | Failed:
    error = settled.exception()
    if error is not None:
        return Failed(id=request_id, reason=str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}")
    result = settled.result()
    if isinstance(result, str):
        return Done(id=request_id, token=result)
    if isinstance(result, Job):
        return Done(id=request_id, job=result)
    return Done(id=request_id, ids=result or [])
