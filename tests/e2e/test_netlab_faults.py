"""Each fault of a network made for real, on cables between real processes: what the operator sees, and that nothing is lost.

All faults are there at once, each on the cable of a unit of its own, so that the tests take as long as the slowest of them. Longer
ones are in the outage drill (`make drill-outage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from console.comms.local.messages import Link
from console.models import kinds
from tests.netlab.faults import REPORTS, Field, faulty_field, report
from tests.netlab.lab import obstacle
from tests.netlab.post import Post, Written
from tests.waiting import deadline

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=obstacle() or "there is a laboratory")

HEALED_S = 30.0


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with faulty_field(tmp_path_factory.mktemp("netlab")) as made:
        yield made


def _sees(post: Post, other: Post, fact: Callable[[Link], bool], what: str, timeout_s: float = 20.0) -> Link:
    """The link as the operator of `post` sees it, once `fact` is true of it."""
    found = deadline(
        lambda: (link := post.link(other)) is not None and fact(link) and link, f"{post.name} sees of {other.name}: {what}", timeout_s
    )
    assert isinstance(found, Link)
    return found


def _all_there(field: Field, unit: Post, reports: list[Written], order: Written | None = None) -> None:
    """Both sides hold all that was acknowledged, and the same; and both operators see that nothing waits."""
    deadline(lambda: all(field.console.holds(each) for each in reports), f"the console holds what {unit.name} said", HEALED_S)
    if order is not None:
        deadline(lambda: unit.holds(order), f"{unit.name} has its order", HEALED_S)
    unit.wait_equal(field.node, HEALED_S)
    _sees(unit, field.node, lambda link: link.state == "online" and not any(link.waiting.values()), "online, nothing waits", HEALED_S)
    assert unit.see().me.faults == {}


def test_a_link_that_is_cut_is_silent_and_what_waits_is_counted(field: Field) -> None:
    unit = field.units["cut"]
    reports = report(unit, "while cut")
    order = field.order(unit)
    seen = _sees(unit, field.node, lambda link: link.state in ("silent", "gone"), "silent")
    assert seen.waiting.get("report") == REPORTS
    assert seen.heard_ms is not None
    from_above = _sees(field.node, unit, lambda link: link.state in ("silent", "gone"), "silent")
    assert from_above.waiting.get("command", 0) >= 1
    assert not field.console.holds(reports[0])
    field.cable("cut").heal()
    _all_there(field, unit, reports, order)


def test_a_third_of_all_frames_lost_loses_no_event(field: Field) -> None:
    unit, cable = field.units["lossy"], field.cable("lossy")
    before = cable.up.lost + cable.down.lost
    reports = [each for number in range(5) for each in report(unit, f"through loss {number}")]
    order = field.order(unit)
    deadline(lambda: all(field.console.holds(each) for each in reports), "all came through while frames are lost", 60)
    deadline(lambda: unit.holds(order), "the order came through while frames are lost", 60)
    assert cable.up.lost + cable.down.lost > before
    cable.heal()
    _all_there(field, unit, reports, order)


def test_a_link_with_two_seconds_of_delay_is_slow_and_works(field: Field) -> None:
    unit = field.units["far"]
    reports, order = report(unit, "from far"), field.order(unit)
    deadline(lambda: unit.holds(order) and all(field.node.holds(each) for each in reports), "all came through, late", 30)
    seen = _sees(unit, field.node, lambda link: link.state == "slow" and (link.delay_ms or 0) > 1900, "slow, some 2000 ms")
    assert (seen.delay_ms or 0) < 8000
    field.cable("far").heal()
    _all_there(field, unit, reports, order)


def test_an_order_comes_through_a_narrow_link_past_what_queues_there(field: Field) -> None:
    unit = field.units["narrow"]
    text = "The river has risen to the second step of the bridge; " * 20
    reports = report(unit, text)  # some ten seconds of the cable
    order = field.order(unit)
    answer = unit.write(kinds.TaskAnswered(unit=unit.own(), state="acknowledged"), order.what) if unit.holds(order) else None
    deadline(lambda: unit.holds(order), "the unit has its order", 5)
    answer = answer or unit.write(kinds.TaskAnswered(unit=unit.own(), state="acknowledged"), order.what)
    deadline(lambda: field.node.holds(answer), "the node has the answer", 10)
    assert _sees(unit, field.node, lambda link: bool(link.waiting.get("report")), "reports wait").state in ("online", "slow")
    field.cable("narrow").heal()
    _all_there(field, unit, [*reports, answer], order)


def test_who_hears_but_is_not_heard_is_told_so(field: Field) -> None:
    unit = field.units["asymmetric"]
    reports = report(unit, "unheard")
    _sees(field.node, unit, lambda link: link.state in ("silent", "gone"), "silent")
    seen = _sees(unit, field.node, lambda link: link.state in ("slow", "silent", "gone"), "not well")
    assert seen.waiting.get("report") == REPORTS
    assert not field.node.holds(reports[0])
    field.cable("asymmetric").heal()
    _all_there(field, unit, reports)


def test_a_link_that_comes_and_goes_every_second_carries_everything(field: Field) -> None:
    unit, cable = field.units["flapping"], field.cable("flapping")
    before = cable.up.lost
    reports, order = report(unit, "now and then"), field.order(unit)
    deadline(lambda: cable.up.lost > before, "frames are lost in between", 10, pump=lambda: reports.extend(report(unit, "again")))
    deadline(lambda: all(field.console.holds(each) for each in reports), "all came through while it flaps", 60)
    deadline(lambda: unit.holds(order), "the order came through while it flaps", 60)
    cable.heal()
    _all_there(field, unit, reports, order)


def test_the_journals_are_whole_afterwards(field: Field) -> None:
    assert [post.name for post in (field.node, field.console, *field.units.values()) if not post.whole()] == []
