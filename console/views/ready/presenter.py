"""The checklist: what was looked at becomes entries, each with its age and what mends it. No Qt."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from console.comms.local.messages import Link, Me, Power
from console.models.rules.power import power_rule
from console.models.rules.ready import ReadyRule
from console.views.age import age_text, clock_text
from console.views.i18n import tr
from console.views.power.presenter import battery_text
from console.views.ready.check import Check, Mend, State
from console.views.ready.known import Known, Layer
from console.views.reasons import said

NODE = "node"
NAMED = 3
"""So many faulty files are named."""


def checklist(known: Known, me: Me | None, links: Sequence[Link], power: Power, rule: ReadyRule, now_ms: int) -> list[Check]:
    """`me` None: this machine's own peer does not run, and nothing is known of `links`. `power`: as of now."""
    above = _above(links)
    return [
        maps(known, rule),
        synced(known, me, above, rule, now_ms),
        keys(known, above),
        battery(power, rule),
        disk(known, rule),
        clock(me, above, rule, now_ms),
        recording(known, rule),
    ]


def standing_text(checks: Sequence[Check]) -> str:
    """All of it in one line."""
    bad = sum(check.state is State.BAD for check in checks)
    doubt = sum(check.state is State.DOUBT for check in checks)
    if bad:
        return tr("Not ready: {n} to mend first.", n=bad)
    if doubt:
        return tr("Ready, but look at {n} entry.|Ready, but look at {n} entries.", n=doubt)
    return tr("Ready to go offline.")


def age(check: Check, now_ms: int) -> str:
    """How old what an entry says is."""
    return tr("now") if check.as_of_ms is None else age_text(check.as_of_ms, now_ms)


# -- the entries ----------------------------------------------------------------------------------------------------------


def maps(known: Known, rule: ReadyRule) -> Check:
    if known.basemap_missing:
        missing = ", ".join(known.basemap_missing)
        return Check(
            "maps",
            State.BAD,
            tr("The built-in map is not whole: {files} missing.", files=missing),
            remedy=tr("Install the program again, or build the map with `make setup`."),
        )
    faulty = [layer for layer in known.layers if layer.fault]
    if faulty:
        told = " ".join(said(layer.fault) for layer in faulty[:NAMED])
        return Check("maps", State.BAD, told, remedy=tr("Load another map file, or remove the loaded maps."), mend=Mend.LOAD_MAP)
    best = max(known.layers, key=lambda layer: (layer.covered, layer.max_zoom), default=None)
    if best is None:
        return Check(
            "maps",
            State.DOUBT,
            tr("Only the built-in map: places, rivers and borders, no roads."),
            remedy=tr("Load the office's approved map of the area (MBTiles)."),
            mend=Mend.LOAD_MAP,
        )
    return _covering(best, known.places, rule)


def _covering(layer: Layer, places: int, rule: ReadyRule) -> Check:
    percent = 100 * layer.covered // places if places else 0
    text = tr(
        "{name}: {covered} of {places} known places, down to zoom {zoom}.",
        name=layer.name,
        covered=layer.covered,
        places=places,
        zoom=layer.max_zoom,
    )
    if percent >= rule.maps.cover_percent and layer.max_zoom >= rule.maps.detail_zoom:
        return Check("maps", State.WELL, text, layer.file_ms)
    need = tr(
        "Load a map that covers {percent} % of them down to zoom {zoom}.", percent=rule.maps.cover_percent, zoom=rule.maps.detail_zoom
    )
    return Check("maps", State.DOUBT, text, layer.file_ms, need, Mend.LOAD_MAP)


def synced(known: Known, me: Me | None, above: Link | None, rule: ReadyRule, now_ms: int) -> Check:
    held = known.holdings
    text = tr(
        "{units} units with {people} people and {resources} resources are here.",
        units=held.units,
        people=held.people,
        resources=held.resources,
    )
    if known.fault:
        return Check("sync", State.BAD, said(known.fault), remedy=tr("Start this machine's peer on its data first."))
    if me is None:
        remedy = tr("Open the window, or start the peer with `fengsui node --local`.")
        return Check("sync", State.BAD, text + " " + tr("This machine's own peer does not run."), remedy=remedy)
    if above is None:
        alone = tr("There is no node above this machine: what is here is all that it has.")
        remedy = tr("Join the node with its token. For the topmost node nothing need be done.")
        return Check("sync", State.DOUBT, f"{text} {alone}", remedy=remedy, mend=Mend.JOIN)
    return _in_step(text, above, rule, now_ms)


def _in_step(text: str, above: Link, rule: ReadyRule, now_ms: int) -> Check:
    at_ms, left = above.in_step_ms, sum(above.waiting.values()) + sum(above.lacking.values())
    if at_ms is None:
        never = tr("Not yet in step with {name}: {n} events left.", name=above.name, n=f"{left:,}")
        return Check("sync", State.BAD, f"{text} {never}", remedy=_reach(above), mend=Mend.LINKS)
    text += " " + tr("In step with {name} as of {at}.", name=above.name, at=clock_text(at_ms, now_ms))
    if now_ms - at_ms <= rule.sync.fresh_s * 1000:
        return Check("sync", State.WELL, text, at_ms)
    return Check("sync", State.DOUBT, text, at_ms, _reach(above), Mend.LINKS)


def _reach(above: Link) -> str:
    """How to get in step."""
    if above.state in ("online", "slow"):
        return tr("Wait until both are in step; Links shows how far they are.")
    return tr("Bring the machine where it reaches {name}, and wait until both are in step.", name=above.name)


def keys(known: Known, above: Link | None) -> Check:
    standing = known.holdings.standing
    if known.loose:
        names = ", ".join(path.name for path in known.loose[:NAMED])
        text = tr("Other users of this machine can read {names}.", names=names)
        remedy = tr("Close them to others. If somebody may have read them, revoke this peer and join anew.")
        return Check("keys", State.BAD, text, remedy=remedy, mend=Mend.CLOSE_KEYS)
    refused = above is not None and above.state == "refused"
    if standing == "revoked" or refused:
        why = said(above.reason) if above is not None and refused else ""
        text = tr("The node does not accept this machine's key. {why}", why=why).strip()
        return Check("keys", State.BAD, text, remedy=tr("Join again with a new token."), mend=Mend.JOIN)
    if standing == "none" or not known.keys:
        text = tr("This machine has no identity yet.")
        return Check("keys", State.BAD, text, remedy=tr("Join a node with its token."), mend=Mend.JOIN)
    if standing == "alone":
        text = tr("The keys are the owner's alone. Nobody vouched for this machine: only those it enrolled itself believe it.")
        remedy = tr("Join the node with its token. For the topmost node nothing need be done.")
        return Check("keys", State.DOUBT, text, remedy=remedy, mend=Mend.JOIN)
    return Check("keys", State.WELL, tr("Enrolled, not revoked; the keys are the owner's alone."))


def battery(power: Power, rule: ReadyRule) -> Check:
    if power.percent is None:
        return Check(
            "battery", State.DOUBT, tr("No battery was found: without mains this machine stops."), remedy=tr("Take a power supply.")
        )
    text = battery_text(power)
    if power.percent >= rule.battery.percent:
        return Check("battery", State.WELL, text)
    low = power.percent <= power_rule().saving.begin_percent
    charge = tr("Charge it to {percent} %.", percent=rule.battery.percent)
    mend = Mend.NONE if power.plugged or power.saving else Mend.SAVE_POWER
    return Check("battery", State.BAD if low and not power.plugged else State.DOUBT, text, None, charge, mend)


def disk(known: Known, rule: ReadyRule) -> Check:
    if known.free_mb is None:
        return Check(
            "disk", State.BAD, tr("How much room the disk has cannot be told."), remedy=tr("Look at the disk."), mend=Mend.OPEN_FOLDER
        )
    text = tr("{free} free.", free=_size_text(known.free_mb))
    if known.free_mb >= rule.disk.free_mb:
        return Check("disk", State.WELL, text)
    remedy = tr("Make room: {size} should be free.", size=_size_text(rule.disk.free_mb))
    state = State.BAD if known.free_mb < rule.disk.least_mb else State.DOUBT
    return Check("disk", state, text, None, remedy, Mend.OPEN_FOLDER)


def clock(me: Me | None, above: Link | None, rule: ReadyRule, now_ms: int) -> Check:
    skew_ms = None if above is None else above.skew_ms
    if me is None or above is None or skew_ms is None:
        text = tr("Not compared: no node is connected.")
        return Check(
            "clock", State.DOUBT, text, remedy=tr("Compare this machine's clock ({at}) with another.", at=clock_text(now_ms, now_ms))
        )
    apart_s = abs(skew_ms) / 1000
    as_of_ms = above.heard_ms
    if apart_s <= rule.clock.skew_s:
        return Check("clock", State.WELL, tr("As the clock of {name}, within {n} s.", name=above.name, n=f"{apart_s:.1f}"), as_of_ms)
    behind = tr("{n} s behind the clock of {name}.", n=f"{apart_s:.0f}", name=above.name)
    ahead = tr("{n} s ahead of the clock of {name}.", n=f"{apart_s:.0f}", name=above.name)
    state = State.BAD if apart_s > rule.clock.worst_s else State.DOUBT
    command = clock_command(skew_ms)
    remedy = tr("Set the clock that is wrong. Here: {command}", command=command)
    return Check("clock", state, behind if skew_ms > 0 else ahead, as_of_ms, remedy, Mend.COPY_COMMAND, command)


def clock_command(skew_ms: int, platform: str = sys.platform) -> str:
    """What sets this machine's clock by so much, `skew_ms` > 0 forward. A person runs it: it needs an administrator's rights."""
    seconds = round(skew_ms / 1000)
    if platform == "win32":
        return f"Set-Date -Adjust (New-TimeSpan -Seconds {seconds})"
    return f"sudo date -s '{seconds:+d} seconds'" if platform == "linux" else f"sudo date -v{seconds:+d}S"


def recording(known: Known, rule: ReadyRule) -> Check:
    if known.free_mb is None:
        return Check("recording", State.BAD, tr("How much room the disk has cannot be told."), remedy=tr("Look at the disk."))
    hours = rule.recording.hours_in(known.free_mb - rule.disk.free_mb)
    text = tr("Room for {hours} h of video at {rate} Mbit/s.", hours=f"{hours:,.0f}", rate=f"{rule.recording.mbit_s:g}")
    if hours >= rule.recording.hours:
        return Check("recording", State.WELL, text)
    remedy = tr("Make room for {hours} h, or take another disk.", hours=f"{rule.recording.hours:g}")
    return Check("recording", State.DOUBT, text, None, remedy, Mend.OPEN_FOLDER)


def _above(links: Sequence[Link]) -> Link | None:
    """The node that this machine is enrolled with: of several the one in step last."""
    found = [link for link in links if link.direction == "out" and link.role in (NODE, "")]
    return max(found, key=lambda link: (link.in_step_ms or 0, link.state in ("online", "slow")), default=None)


def _size_text(size_mb: float) -> str:
    return f"{size_mb / 1000:,.1f} GB" if size_mb >= 1000 else f"{size_mb:,.0f} MB"
