"""What is said about bundles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from console.comms.carriers.bundle.faults import DamagedFault
from console.comms.carriers.bundle.orders import Inside, Job, Kind, Made, NotTaken, Planned, Shown, Taken
from console.views import i18n
from console.views.bundle import presenter
from console.views.bundle.presenter import JobOutcome
from console.views.entry.outcome import Stage

NOW_MS = 1_790_000_000_000
PLANNED = Planned("aa", "county", "node", "6527", {"command": 3, "report": 20, "telemetry": 0}, 0, 1_200_000, None)


def inside(**values: object) -> Inside:
    held = {
        "file": "/media/stick/county.fsb",
        "bytes": 1_234_567,
        "bundle": "ab" * 16,
        "volume": 1,
        "last": True,
        "sender": "cd" * 16,
        "name": "county",
        "role": "node",
        "area": "652701",
        "made_ms": NOW_MS - 3_600_000,
        "ahead_ms": 0,
        "incident": "",
        "title": "",
        "kinds": [Kind("report", "incident.opened", 2, NOW_MS - 9_000_000, NOW_MS - 8_000_000)],
        "events": {"report": 2},
        "new": {"report": 1},
        "waiting": 0,
    }
    return Inside(**{**held, **values})  # type: ignore[arg-type]


def test_what_goes_along_and_how_much_is_known() -> None:
    text = presenter.plan_text(PLANNED, NOW_MS)
    assert text.startswith("Goes along: command 3, report 20. 1.2 MB at most. What it holds is not known")
    known = presenter.plan_text(Planned("aa", "c", "node", "65", {"report": 1}, 2, 900, NOW_MS - 180_000), NOW_MS)
    assert "900 B at most. What it holds is known as of 3 min ago. 2 of them go ahead" in known
    nothing = presenter.plan_text(Planned("aa", "county", "node", "65", {"report": 0}, 0, 0, NOW_MS), NOW_MS)
    assert nothing.startswith("county is known to have all of it")


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (64_000_000, "64.0 MB"), (4 * 10**9, "4.0 GB")])
def test_sizes(count: int, text: str) -> None:
    assert presenter.bytes_text(count) == text


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("值班台 一号", "值班台-一号-20260922-0703.fsb"),
        ("../../etc/passwd", "etc-passwd-20260922-0703.fsb"),
        ("con:*?<>|", "con-20260922-0703.fsb"),
        ("...", "bundle-20260922-0703.fsb"),
        ("x" * 300, "x" * 40 + "-20260922-0703.fsb"),
    ],
)
def test_a_name_that_every_stick_takes(name: str, file: str) -> None:
    assert presenter.file_name(name, datetime(2026, 9, 22, 7, 3)) == file  # noqa: DTZ001


def test_what_is_inside_is_said_before_it_is_taken() -> None:
    pairs = dict(presenter.inside_pairs(inside(), NOW_MS))
    assert pairs["File"] == "county.fsb (1.2 MB)"
    assert pairs["From"].startswith("county (")
    assert pairs["Made"].endswith("(1 h 00 min)")
    assert (pairs["In it"], pairs["New here"]) == ("report 2", "report 1")
    assert "Its clock" not in pairs
    assert "Must wait" not in pairs
    odd = dict(presenter.inside_pairs(inside(ahead_ms=7_200_000, waiting=3, incident="x", title="滑坡", last=False, volume=2), NOW_MS))
    assert odd["Its clock"] == "2 h 00 min ahead of this machine's: set the one that is wrong"
    assert (odd["About"], odd["Volume"]) == ("滑坡", "2 · abababab")
    assert odd["Must wait"].startswith("3 events")
    assert presenter.kind_lines(inside())[0][1:3] == ("Opened", "2")


def test_what_is_new_and_what_is_missing() -> None:
    assert presenter.shown_text(Shown([inside()], [])) == "1 event is new here."
    assert presenter.shown_text(Shown([inside(new={})], [2, 4])) == (
        "Nothing in it is new here; taking it does no harm. Not among them: volume 2, 4."
    )


def test_what_became_of_it() -> None:
    assert presenter.made_text(Made("county", {"report": 2}, [("/m/a.fsb", 1000), ("/m/a.2.fsb", 500)])) == (
        "Written for county: a.fsb, a.2.fsb (1.5 kB). In it: report 2."
    )
    refused = [NotTaken("6527/report 3 of x", "revoked", "x was revoked")]
    taken = Taken(1, {"report": 5}, 2, 1, 7, 3, refused, [2])
    assert presenter.taken_text(taken) == (
        "Taken: report 5. Held already: 2. Shown ahead of their streams: 1. Not taken, an earlier volume must come first: 7. Refused: 3. "
        "Not among them: volume 2."
    )
    assert presenter.refused_lines(taken) == ["6527/report 3 of x: revoked (x was revoked)", "and 2 more"]


def test_how_far_it_is() -> None:
    assert presenter.progress_text(Job(1, "running", "checking", 5, 20)) == "Checking 5 / 20"
    assert presenter.progress_text(Job(1, "running", "reading")) == "Reading"


def test_a_refusal_is_worded_in_the_windows_language() -> None:
    fault = DamagedFault(Path("/media/stick/a.fsb"), "event 6527/report 7 of county")
    i18n.use_language("zh_CN")
    said = JobOutcome(Stage.REFUSED, reason=str(fault)).words()
    assert said.startswith("/media/stick/a.fsb：county 的记录 6527/report 7被改动或损坏。")
    i18n.use_language("en")
    assert JobOutcome(Stage.REFUSED, reason=str(fault)).words() == str(fault)
