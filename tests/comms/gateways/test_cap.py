"""CAP: OASIS and national profile, languages, outlines, feeds, and files that mean harm."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways.cap import EVENT_POINTS, read_cap, warning_id
from console.comms.gateways.outline import NotAnOutline, circle, polygon, simpler
from console.comms.gateways.recording import Recording
from console.errors import Fault
from console.models.event import MAX_BODY_BYTES, MAX_SUBJECT_CHARS
from console.models.kinds import WarningReceived, encode_body
from tests.comms.gateways.material import REAL, needs_real

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HEAD = "<identifier>A-1</identifier><sender>met@example.org</sender><sent>2024-07-04T08:00:00+08:00</sent>"
STATE = "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"


def info(inner: str = "", language: str = "zh-CN", severity: str = "Severe") -> str:
    return f"<info><language>{language}</language><event>暴雨</event><severity>{severity}</severity>{inner}</info>"


def alert(*parts: str, head: str = HEAD + STATE, namespace: str = NAMESPACE) -> str:
    return f'<alert xmlns="{namespace}">{head}{"".join(parts)}</alert>'


def read(tmp_path: Path, text: str | bytes, **options: str) -> Recording:
    path = tmp_path / "alert.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_cap(path, **options)


def body_of(recording: Recording) -> WarningReceived:
    (moment,) = list(recording.moments)
    assert isinstance(moment.body, WarningReceived)
    assert len(encode_body(moment.body)) < MAX_BODY_BYTES
    return moment.body


def area(inner: str) -> str:
    return f"<area><areaDesc>南部山区</areaDesc>{inner}</area>"


def test_what_an_alert_says_is_passed_on(tmp_path: Path) -> None:
    inner = (
        "<urgency>Expected</urgency><certainty>Likely</certainty><effective>2024-07-04T08:00:00+08:00</effective>"
        "<onset>2024-07-04T01:00:00Z</onset><expires>2024-07-04T14:00:00+08:00</expires><senderName>气象台</senderName>"
        "<headline>标题</headline><description>说明</description><instruction>防御</instruction><web>https://example.org</web>"
        "<eventCode><valueName>x</valueName><value>11B03</value></eventCode>"
        + area("<geocode><valueName>GB</valueName><value>652722</value></geocode>")
    )
    recording = read(tmp_path, alert("<references>met@example.org,A-0,2024-07-04T07:00:00+08:00</references>", info(inner)))
    (moment,) = list(recording.moments)
    body = moment.body
    assert (moment.kind, moment.subject, moment.at_ms) == ("warning.received", "met@example.org,A-1", 1720051200000)
    assert (body.event, body.headline, body.description, body.instruction) == ("暴雨", "标题", "说明", "防御")
    assert (body.effective_ms, body.onset_ms, body.expires_ms) == (1720051200000, 1720054800000, 1720072800000)
    assert (body.severity, body.urgency, body.certainty, body.colour) == ("Severe", "Expected", "Likely", "")
    assert body.references == ["met@example.org,A-0,2024-07-04T07:00:00+08:00"]
    assert body.event_code == "x=11B03"
    assert body.areas[0].geocodes == [("GB", "652722")]
    assert recording.ledger.total == 0


@pytest.mark.parametrize("namespace", ["http://www.incident.com/cap/1.0", "urn:oasis:names:tc:emergency:cap:1.1", NAMESPACE, ""])
def test_every_version_is_read(tmp_path: Path, namespace: str) -> None:
    assert body_of(read(tmp_path, alert(info(), namespace=namespace))).event == "暴雨"


@pytest.mark.parametrize(("colour", "severity"), [("Red", "Extreme"), ("orange", "Severe"), ("Yellow", "Moderate"), ("Blue", "Minor")])
def test_the_national_profile_states_colours_and_metres(tmp_path: Path, colour: str, severity: str) -> None:
    body = body_of(read(tmp_path, alert(info(area("<circle>44.3,82.9 5000</circle>"), severity=colour))))
    assert (body.colour, body.severity) == (colour.capitalize(), severity)
    assert body.areas[0].circles == [(82.9, 44.3, 5000)]


def test_oasis_radii_are_kilometres(tmp_path: Path) -> None:
    assert body_of(read(tmp_path, alert(info(area("<circle>44.3,82.9 5</circle>"))))).areas[0].circles == [(82.9, 44.3, 5000)]


def test_a_colour_stated_as_a_parameter(tmp_path: Path) -> None:
    parameter = "<parameter><valueName>awareness_level</valueName><value>3; orange; Severe</value></parameter>"
    assert body_of(read(tmp_path, alert(info(parameter)))).colour == "Orange"


def test_polygons_are_turned_and_closed(tmp_path: Path) -> None:
    text = "<polygon> 44.0,82.0 44.0,83.0\n45.0,83.0 </polygon>"
    assert body_of(read(tmp_path, alert(info(area(text))))).areas[0].polygons == [[(82, 44), (83, 44), (83, 45), (82, 44)]]


@pytest.mark.parametrize("text", ["", "44,82 45,83", "44,82 45,83 91,83", "44 82 45 83", "a,b c,d e,f", "nan,82 44,82 45,83"])
def test_bad_outlines_are_listed_and_the_rest_is_used(tmp_path: Path, text: str) -> None:
    recording = read(tmp_path, alert(info(area(f"<polygon>{text}</polygon><circle>44,82 -1</circle>"))))
    assert body_of(recording).areas[0].description == "南部山区"
    assert recording.ledger.total == 2


def test_chinese_first_then_english_and_the_other_way_round(tmp_path: Path) -> None:
    text = alert(
        info("<headline>de</headline>", "de-DE"), info("<headline>en</headline>", "en-US"), info("<headline>中</headline>", "zh-CN")
    )
    recording = read(tmp_path, text)
    assert body_of(recording).headline == "中"
    assert recording.ledger.reasons == {"info block in another language": 2}
    assert body_of(read(tmp_path, text, lang="en")).headline == "en"


def test_a_cancel_without_info_is_an_alert(tmp_path: Path) -> None:
    head = HEAD + "<status>Actual</status><msgType>Cancel</msgType><references>met@example.org,A-0,x</references>"
    body = body_of(read(tmp_path, alert(head=head)))
    assert (body.msg_type, body.severity, body.areas) == ("Cancel", "Unknown", [])


def test_an_alert_without_a_status_is_not_shown_as_actual(tmp_path: Path) -> None:
    recording = read(tmp_path, alert(info(), head=HEAD))
    assert body_of(recording).cap_status == "Unknown"
    assert "states no status" in recording.ledger.remarks[0]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace("<identifier>A-1</identifier>", ""), "without <identifier>"),
        (HEAD.replace("<sender>met@example.org</sender>", ""), "without <sender>"),
        (HEAD.replace("2024-07-04T08:00:00+08:00", "today"), "<sent> 'today' is not a time"),
        (HEAD.replace("A-1", "A" * 300), "longer than 200"),
    ],
)
def test_what_is_no_alert_is_refused_with_its_line(tmp_path: Path, head: str, says: str) -> None:
    with pytest.raises(Fault, match=r"alert\.xml: line 1: ") as caught:
        read(tmp_path, alert(info(), head=head))
    assert says in str(caught.value)


def test_long_ids_stay_apart_and_references_follow() -> None:
    one, other = warning_id("s", "x" * 150 + "1"), warning_id("s", "x" * 150 + "2")
    assert one != other
    assert max(len(one), len(other)) <= MAX_SUBJECT_CHARS


def test_references_to_long_ids_are_written_as_the_ids(tmp_path: Path) -> None:
    long = "x" * 150
    body = body_of(read(tmp_path, alert(f"<references>met@example.org,{long},2024-07-04T07:00:00+08:00</references>", info())))
    sender, _, rest = body.references[0].partition(",")
    assert f"{sender},{rest.partition(',')[0]}" == warning_id("met@example.org", long)


def test_alerts_inside_a_feed(tmp_path: Path) -> None:
    second = alert(info(), head=HEAD.replace("A-1", "A-2").replace("T08", "T07") + STATE)
    feed = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'.format(
        "".join(f'<entry><content type="text/xml">{text}</content></entry>' for text in (alert(info()), second, alert(head="")))
    )
    recording = read(tmp_path, feed)
    assert [m.subject for m in recording.moments] == ["met@example.org,A-2", "met@example.org,A-1"]
    assert recording.ledger.reasons == {"alert without <identifier> (CAP 1.2 sec. 3.2.1)": 1}


def test_a_feed_of_links_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="a feed of 2 links and no alert; links are never followed"):
        read(tmp_path, "<rss><channel><item/><item/></channel></rss>")


def test_a_large_outline_is_made_simpler_and_that_is_said(tmp_path: Path) -> None:
    ring = " ".join(f"{44 + (i % 7) / 1e4:.5f},{82 + i / 1e4:.5f}" for i in range(9000))
    recording = read(tmp_path, alert(info(area(f"<polygon>{ring}</polygon>"))))
    points = sum(map(len, body_of(recording).areas[0].polygons))
    assert 100 < points <= EVENT_POINTS
    assert "outline made simpler from 9001 to" in recording.ledger.remarks[0]


def test_texts_that_are_too_long_are_cut_and_that_is_said(tmp_path: Path) -> None:
    recording = read(tmp_path, alert(info(f"<description>{'雨' * 60_000}</description><instruction>{'x' * 60_000}</instruction>")))
    assert len(body_of(recording).description) == 2000
    assert len(recording.ledger.remarks) == 2


def _bomb() -> str:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10))
    return f'<!DOCTYPE alert [{entities}]><alert xmlns="{NAMESPACE}" x="&e9;">{HEAD}&e9;</alert>'


HOSTILE = {
    "entity bomb": _bomb(),
    "external entity": f'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]>{alert(info("<headline>&x;</headline>"))}',
    "a million points": alert(info(area(f"<polygon>{'1,1 ' * 1_000_000}</polygon>"))),
    "huge text": alert(info(f"<description>{'x' * 9_000_000}</description>")),
    "deep nesting": alert("<a>" * 100_000),
    "many areas": alert(info(area("<polygon>1,1 2,2 3,3</polygon>") * 20_000)),
    "many languages": alert(info() * 20_000),
    "many references": alert(f"<references>{'a,b,c ' * 200_000}</references>", info()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_mean_harm_cost_little(tmp_path: Path, name: str) -> None:
    path = tmp_path / "harm.xml"
    path.write_text(HOSTILE[name])
    began = time.thread_time()
    tracemalloc.start()
    says = ""
    try:
        body_of(read_cap(path))
    except Fault as fault:
        says = str(fault)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert not says or ("harm.xml" in says and (";" in says or "refused" in says)), "says where and what to do"
    assert time.thread_time() - began < 5
    assert peak < 64_000_000


@given(st.binary(max_size=300))
def test_garbage_is_never_worse_than_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.xml"
    for data in (garbage, f'<alert xmlns="{NAMESPACE}">{HEAD}'.encode() + garbage + b"</alert>"):
        path.write_bytes(data)
        with contextlib.suppress(Fault):
            list(read_cap(path).moments)


@given(st.text(alphabet="0123456789.,- \n", max_size=80))
def test_any_text_is_an_outline_or_none(text: str) -> None:
    for parse in (lambda: polygon(text, 50), lambda: circle(text, 1000)):
        with contextlib.suppress(NotAnOutline):
            parse()


@given(st.lists(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=4, max_size=60), max_size=4), st.integers(4, 30))
def test_simpler_outlines_are_closed_within_the_limit_and_take_only_given_points(rings: list[list[tuple[float, float]]], most: int) -> None:
    closed = [[*ring, ring[0]] for ring in rings]
    thinned, tolerance_m = simpler(closed, most)
    assert sum(map(len, thinned)) <= most or tolerance_m >= 1e6
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in thinned)
    assert {point for ring in thinned for point in ring} <= {point for ring in closed for point in ring}


REFUSED = {
    "dwd_excerpt_exclude_polygon.xml": "without <sender>",
    "fpas_au-bom-en.rss.xml": "links are never followed",
    "google_invalid.rss": "links are never followed",
    "google_invalid_element.atom": "links are never followed",
    "google_weather_index.atom": "links are never followed",
    "google_xee.atom": "DOCTYPE",
    "meteoalarm_with_polygons.json": "not XML",
}


@needs_real
def test_recorded_alerts_are_used_or_refused_with_a_reason() -> None:
    refused = {}
    used = 0
    for path in sorted((REAL / "cap").iterdir()):
        if path.suffix == ".md":
            continue
        try:
            body_of(read_cap(path))
            used += 1
        except Fault as fault:
            refused[path.name] = str(fault)
    assert used == 34
    assert refused.keys() == REFUSED.keys()
    assert [name for name, says in REFUSED.items() if says not in refused[name]] == []


@needs_real
def test_the_macao_alert_is_read_in_both_languages() -> None:
    path = REAL / "cap" / "kde_mo-cap_monsoon.xml"
    assert body_of(read_cap(path)).language == "zh-mo"
    assert body_of(read_cap(path, lang="en")).language.startswith("en")
