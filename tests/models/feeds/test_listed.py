"""Feeds registered by lists: the same rows as one by one, in any order with other words about them, and as far as their author may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import peewee as pw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.comms.feeds.importing import listed
from console.errors import Fault
from console.models.journal import NewEvent
from console.models.journal.schema import create_state
from console.models.kinds import (
    MAX_LIST_BYTES,
    MAX_LISTED,
    FeedChanged,
    FeedRegistered,
    FeedsListed,
    ListedFeed,
    RecordWithdrawn,
    encode_body,
)
from console.models.state.project import Projection
from console.models.state.rules import Happening
from tests.models.voices import NOW_MS, Voice, county, open_journal

_WORD = st.text("abc沟口", max_size=4)
_FEED = st.builds(
    FeedRegistered,
    name=_WORD,
    url=_WORD,
    owner=_WORD,
    note=_WORD,
    lon=st.none() | st.floats(-180, 180),
    range_m=st.none() | st.floats(0, 9e5),
)
_ID = st.sampled_from(["a", "b", "c", "d"])
_SAID = st.one_of(
    st.lists(st.builds(ListedFeed, _ID, _FEED), min_size=1, max_size=5).map(lambda feeds: ("l", FeedsListed(feeds=feeds))),
    st.tuples(_ID, st.builds(FeedChanged, name=_WORD, note=_WORD)),
    st.tuples(_ID, st.just(RecordWithdrawn(table="feed"))),
)


def happening(subject: str, body: Any, hlc: int) -> Happening:
    origin = bytes([hlc % 3]) * 16
    kind = {FeedsListed: "feeds.listed", FeedRegistered: "feed.registered", FeedChanged: "feed.changed"}.get(type(body), "record.withdrawn")
    return Happening(origin, "65/report", "65", hlc, hlc, NOW_MS, kind, subject, encode_body(body), body)


def rows_of(said: list[Happening]) -> list[Any]:
    database = pw.SqliteDatabase(":memory:")
    create_state(database, logs=True)
    connection = database.connection()  # type: ignore[no-untyped-call]
    projection = Projection(connection)
    for each in said:
        projection.apply(each)
    changes = projection.flush()
    rows = connection.execute("SELECT * FROM feed ORDER BY id").fetchall()
    database.close()  # type: ignore[no-untyped-call]
    return [rows, changes.ids.get("feed")]


@settings(max_examples=150, deadline=None)
@given(st.lists(_SAID, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_list_gives_the_rows_that_its_feeds_would_give_one_by_one(said: list[tuple[str, Any]], chance: Any) -> None:
    whole, single = list[Happening](), list[Happening]()
    for hlc, (subject, body) in enumerate(said, 1):
        whole.append(happening(subject, body, hlc))
        apart = [(each.id, each.feed) for each in body.feeds] if isinstance(body, FeedsListed) else [(subject, body)]
        single += [happening(*each, hlc) for each in apart]
    expected = rows_of(single)
    assert rows_of(whole) == expected
    chance.shuffle(whole)
    assert rows_of(whole) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(ListedFeed, st.text(min_size=1, max_size=100), st.builds(FeedRegistered, name=st.just("n"), note=st.text(max_size=8000))),
        max_size=30,
    ),
    st.integers(1, 20),
)
def test_lists_hold_every_feed_in_its_order_and_keep_to_their_size(feeds: list[ListedFeed], times: int) -> None:
    lists = list(listed(feeds * times))
    assert [each for body in lists for each in body.feeds] == feeds * times
    assert all(len(encode_body(body)) <= MAX_LIST_BYTES and len(body.feeds) <= MAX_LISTED for body in lists)
    for body in lists:
        assert msgspec.msgpack.decode(encode_body(body), type=FeedsListed) == body


def test_the_largest_feed_there_can_be_is_a_list() -> None:
    wide = "\U00020000"
    texts = {
        "url": wide * 2000,
        "snapshot_url": wide * 2000,
        "note": wide * 8000,
        "code": wide * 64,
        "kind": wide * 64,
        "basin": wide * 128,
    }
    names = dict.fromkeys(("name", "owner", "folder", "road"), wide * 200)
    (body,) = listed([ListedFeed("i" * 128, FeedRegistered(**texts, **names))])
    assert len(encode_body(body)) <= MAX_LIST_BYTES


@pytest.mark.parametrize(
    ("role", "feeds", "refusal"),
    [
        ("console", [("anything", {})], None),
        ("gateway", [("own", {})], None),
        ("gateway", [("own", {}), ("foreign", {})], "subject"),
        ("unit", [("own", {})], "role"),
        ("console", [], "body"),
        ("console", [("", {})], "body"),
        ("console", [("x" * 5000, {})], "body"),
        ("console", [("a", {"lon": 999.0})], "body"),
        ("console", [("a", {"name": 7})], "body"),
        ("console", [(f"{at}", {}) for at in range(10_000)], "body"),
    ],
)
def test_what_is_refused_of_others(tmp_path: Path, role: str, feeds: list[tuple[str, dict[str, Any]]], refusal: str | None) -> None:
    root, voice = county(), Voice(1)
    journal = open_journal(tmp_path / "journal.db")
    journal.append([root.enrol(voice, role)])
    told = [[voice.own("f") if name == "own" else name, {"name": "n", **fields}] for name, fields in feeds]
    run = voice.say("feeds.listed", voice.own("list"), msgspec.msgpack.encode({"feeds": told}))
    outcome = journal.append([run]).outcomes[0]
    assert (outcome.refusal.code if outcome.refusal else None) == refusal
    count = journal._connection.execute("SELECT count(*) FROM feed").fetchone()[0]
    assert count == (0 if refusal else len(feeds))
    journal.close()


def test_a_gateway_does_not_write_of_others_itself(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", role="gateway")
    body = encode_body(FeedsListed(feeds=[ListedFeed("feed:1", FeedRegistered(name="n"))]))
    own = f"{journal.signer.origin.hex()[:12]}:list"
    with pytest.raises(Fault, match="does not belong"):
        journal.author([NewEvent("65", "feeds.listed", own, body)])
    journal.close()
