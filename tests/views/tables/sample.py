"""A realistic exercise: what the panels look like in use. Names and figures are invented, and marked as an exercise."""

from __future__ import annotations

import msgspec

from console.comms.local.messages import Link, Me
from console.models.clock import hlc_from_ms
from console.models.kinds import (
    Body,
    IncidentChanged,
    IncidentOpened,
    LogEntered,
    LossReported,
    TaskAnswered,
    TaskAssigned,
    UnitReport,
    UnitStatus,
    WarningArea,
    encode_body,
    kind_of,
)
from console.models.state import tables
from tests.views.tables.state import NOW_MS, State

MINUTE_MS = 60_000
NODE = "6f1c0a9d3b7e4f2288aa01bb22cc33dd"
UNIT_PEER = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
SLIDE = "01J8SLIDE0000000000000000A"

INCIDENTS = (
    (SLIDE, "精河县托里镇牧区山体滑坡", "natural", "landslide", 3, "精河县托里镇南山牧场", 82.5312, 44.2107, 65, True, "open"),
    ("01J8FLOOD0000000000000000B", "阿恰勒河上游山洪", "natural", "flash_flood", 2, "精河县阿恰勒河峡口", 82.70, 44.40, 34, True, "open"),
    (
        "01J8CRASH0000000000000000C",
        "G30 连霍高速 4417 公里处危化品运输车侧翻",
        "accident",
        "chemical",
        4,
        "G30 K4417",
        81.9,
        44.75,
        190,
        False,
        "open",
    ),
    ("01J8FIRE00000000000000000D", "博乐市小营盘镇草垛火情", "accident", "fire", 0, "博乐市小营盘镇", 81.95, 44.83, 1500, False, "closed"),
)
UNITS = (
    ("精河县矿山救护队", "rescue", "onscene", SLIDE, 24, 82.5330, 44.2120, 4, "第二作业面生命探测", "started"),
    ("博州消防支队一中队", "fire", "onscene", SLIDE, 18, 82.5290, 44.2098, 9, "西侧便道开通前警戒", "acknowledged"),
    ("博州人民医院急救一组", "medical", "transporting", SLIDE, 4, 82.72, 44.41, 21, "", ""),
    ("精河县公路养护挖机组", "engineering", "enroute", SLIDE, 6, 82.66, 44.36, 95, "抢通 X782 便道", "assigned"),
    ("无人机组 03", "drone", "onscene", SLIDE, 2, 82.5350, 44.2155, 3, "每 20 分钟航拍滑坡后缘", "started"),
    ("托里镇信息员 阿依古丽", "officer", "available", "", 1, 82.48, 44.30, 460, "", ""),
    ("博乐市蓝天救援队", "rescue", "available", "", 12, 82.07, 44.90, 48, "", ""),
    ("温泉县民兵应急分队", "rescue", "dispatched", "01J8FLOOD0000000000000000B", 30, 81.03, 44.97, 4200, "向峡口集结", "refused"),
    ("州应急指挥车", "command", "available", "", 5, None, None, None, "", ""),
)
ENTRIES: tuple[tuple[int, str, Body], ...] = (
    (
        65,
        SLIDE,
        IncidentOpened(
            title="精河县托里镇牧区山体滑坡", hazard="landslide", level=4, place="精河县托里镇南山牧场", exercise=True, author="值班员 李娜"
        ),
    ),
    (62, SLIDE, LogEntered(text="牧民电话报告：山体滑下，毡房被埋，有人失联。已回拨核实两次。", author="值班员 李娜")),
    (55, SLIDE, IncidentChanged(level=3, response_level=3, note="州应急局副局长决定启动地质灾害三级响应", author="王建国")),
    (52, "t1", TaskAssigned(unit="u0", text="第二作业面生命探测", incident=SLIDE, due_ms=NOW_MS + 30 * MINUTE_MS, author="王建国")),
    (50, "t1", TaskAnswered(unit="u0", state="acknowledged", incident=SLIDE)),
    (41, "u0", UnitStatus(status="onscene", incident=SLIDE, note="从南侧徒步到达")),
    (33, "u4", UnitReport(text="后缘裂缝约 40 米，有新落石，建议作业面人员保持撤离通道", incident=SLIDE, lon=82.535, lat=44.2155)),
    (
        20,
        SLIDE,
        LossReported(
            missing=6, moved_total=43, moved_now=38, sheep=1500, large_livestock=78, text="牧民清点，尚未逐户核实", author="托里镇"
        ),
    ),
    (4, SLIDE, LogEntered(text="气象台通报：未来 3 小时有阵雨，10 毫米左右。现场要求设专人观察后缘。", author="王建国")),
)


def fill(state: State) -> None:
    with state.database.atomic():
        state.put(tables.Peer, id=NODE, name="精河县汇聚节点", role="node", area="652722")
        state.put(tables.Peer, id=UNIT_PEER, name="矿山救护队终端", role="unit", area="652722")
        for part in (_incidents, _units, _timeline, _resources, _warnings):
            part(state)


def _incidents(state: State) -> None:
    for row_id, title, category, hazard, level, place, lon, lat, minutes, exercise, status in INCIDENTS:
        at_ms = NOW_MS - minutes * MINUTE_MS
        state.put(
            tables.Incident,
            id=row_id,
            origin=NODE,
            area="652722",
            hlc=hlc_from_ms(at_ms),
            title=title,
            category=category,
            hazard=hazard,
            level=level,
            place=place,
            lon=lon,
            lat=lat,
            occurred_ms=at_ms,
            opened_ms=at_ms,
            exercise=exercise,
            status=status,
            closed_ms=NOW_MS if status == "closed" else None,
        )
    state.change(
        tables.Incident, SLIDE, response_level=3, missing=6, moved_total=43, moved_now=38, sheep=1500, large_livestock=78, deaths=0
    )


def _units(state: State) -> None:
    for at, (name, kind, status, incident, people, lon, lat, age_s, task, answer) in enumerate(UNITS):
        heard_ms = None if age_s is None else NOW_MS - age_s * 1000
        state.put(
            tables.Unit,
            id=f"u{at}",
            origin=UNIT_PEER if at % 3 == 0 else NODE,
            area="652722",
            name=name,
            kind=kind,
            status=status,
            incident=incident,
            people=people,
            lon=lon,
            lat=lat,
            heard_ms=heard_ms,
            fix_heard_ms=heard_ms,
            valid_s=60.0,
            callsign=f"博{at:02}",
            fix_hlc=0 if heard_ms is None else hlc_from_ms(heard_ms),
            heading_deg=45.0 * at % 360,
            speed_mps=2.5,
            task=f"t{at}" if task else "",
        )
        if task:
            state.put(
                tables.Task,
                id=f"t{at}",
                unit=f"u{at}",
                incident=incident,
                text=task,
                state=answer,
                author="王建国",
                assigned_ms=NOW_MS - 50 * MINUTE_MS,
                due_ms=NOW_MS + (30 - 10 * at) * MINUTE_MS,
            )


def _timeline(state: State) -> None:
    for seq, (minutes, subject, body) in enumerate(ENTRIES, start=1):
        add_entry(state, subject, body, seq, NOW_MS - minutes * MINUTE_MS)


def add_entry(state: State, subject: str, body: Body, seq: int, at_ms: int, incident: str = SLIDE) -> None:
    state.put(
        tables.Timeline,
        incident=incident,
        hlc=hlc_from_ms(at_ms),
        origin=NODE,
        topic="652722/report",
        seq=seq,
        kind=kind_of(body),
        subject=subject,
        body=encode_body(body),
    )


def _resources(state: State) -> None:
    for at, (name, kind, place, quantity, capacity, unit, status) in enumerate(RESOURCES):
        state.put(
            tables.Resource,
            id=f"r{at}",
            origin=NODE,
            area="652722",
            name=name,
            kind=kind,
            place=place,
            owner="精河县应急管理局",
            quantity=quantity,
            capacity=capacity,
            unit=unit,
            status=status,
            lon=82.88 + at / 100,
            lat=44.6,
        )
    for at, (name, quantity, unit, value, age_min) in enumerate(SENSORS):
        state.put(
            tables.Sensor,
            id=f"s{at}",
            origin=NODE,
            area="652722",
            name=name,
            quantity=quantity,
            unit=unit,
            value=value,
            heard_ms=None if age_min is None else NOW_MS - age_min * MINUTE_MS,
            valid_s=3600.0,
            lon=82.5,
            lat=44.2,
        )


RESOURCES = (
    ("救灾帐篷 12 平方米", "goods", "县物资库", 186, 240, "顶", "ready"),
    ("棉被", "goods", "县物资库", 1240, 2000, "床", "ready"),
    ("精河县中学避难场所", "shelter", "精河镇", 312, 1500, "人", "open"),
    ("托里镇物资代储点", "store", "托里镇", 64, None, "件", "issued"),
    ("应急发电机 5 kW", "goods", "县物资库", 3, 12, "台", "low"),
)
SENSORS = (
    ("托里南山雨量站", "rain", "mm", 14.5, 6),
    ("阿恰勒河峡口水位站", "level", "m", 2.83, 12),
    ("滑坡后缘位移计 2", "displacement", "mm", 137.2, 95),
    ("博乐风速站", "wind", "m/s", 8.4, 900),
    ("精河气温站", "temperature", "°C", None, None),
)
WARNINGS = (
    ("rain", "暴雨黄色预警", "yellow", "Moderate", "Actual", "Alert", -40, 320, ""),
    ("geo", "地质灾害气象风险橙色预警", "orange", "Severe", "Exercise", "Update", -25, 700, ""),
    ("old", "暴雨蓝色预警", "blue", "Minor", "Actual", "Alert", -200, 150, "bwj.gov.cn,rain"),
    ("gale", "大风蓝色预警", "blue", "Minor", "Actual", "Alert", -900, -30, ""),
    ("test", "通道测试，请勿转发", "red", "Extreme", "Test", "Alert", -5, 55, ""),
)


def _warnings(state: State) -> None:
    area = [
        WarningArea(description="精河县南部山区、托里镇、大河沿子镇", circles=[(82.5, 44.2, 30_000.0)], geocodes=[("GB/T 2260", "652722")])
    ]
    for name, headline, colour, severity, status, msg_type, from_min, until_min, superseded in WARNINGS:
        state.put(
            tables.Warning,
            id=f"bwj.gov.cn,{name}",
            origin=NODE,
            area="652722",
            identifier=name,
            sender="bwj.gov.cn",
            sender_name="博州气象台",
            sent_ms=NOW_MS + from_min * MINUTE_MS,
            cap_status=status,
            msg_type=msg_type,
            event=headline,
            headline=f"博州气象台发布{headline}",
            severity=severity,
            urgency="Expected",
            certainty="Likely",
            colour=colour,
            description="预计未来 6 小时精河县南部山区累计降雨 25 毫米以上，局地伴有短时强降水。",
            instruction="转移山洪沟口人员，停止山区道路通行。",
            effective_ms=NOW_MS + from_min * MINUTE_MS,
            expires_ms=NOW_MS + until_min * MINUTE_MS,
            areas=encode_areas(area),
            superseded_by=superseded,
        )


def encode_areas(areas: list[WarningArea]) -> bytes:
    return msgspec.msgpack.encode(areas)


ME = Me(
    origin="00aa11bb22cc33dd44ee55ff66778899",
    name="值班台一号",
    role="node",
    area="6527",
    version="0.1.0",
    pid=4711,
    listen=["tcp://0.0.0.0:7650"],
    position=18_204,
    started_ms=NOW_MS - 90 * MINUTE_MS,
    refused={"unenrolled key": 14},
    faults={"clock": "本机时钟比 3 个对端慢 42 秒：请校时。"},
)
LINKS = [
    Link(
        id="l1",
        peer=NODE,
        name="精河县汇聚节点",
        role="node",
        area="652722",
        endpoint="tcp://10.27.22.5:7650",
        direction="out",
        state="online",
        since_ms=NOW_MS - 80 * MINUTE_MS,
        heard_ms=NOW_MS - 900,
        delay_ms=46.2,
        waiting={"command": 0, "report": 0, "telemetry": 12},
        sent=2210,
        received=15_992,
    ),
    Link(
        id="l2",
        peer=UNIT_PEER,
        name="矿山救护队终端",
        role="unit",
        area="652722",
        endpoint="tcp://10.27.22.31:50122",
        state="silent",
        since_ms=NOW_MS - 41 * MINUTE_MS,
        heard_ms=NOW_MS - 73_000,
        delay_ms=812.0,
        waiting={"command": 2, "report": 5, "telemetry": 340},
        sent=120,
        received=2044,
    ),
    Link(
        id="l3",
        name="",
        endpoint="tcp://10.27.1.9:40011",
        state="refused",
        since_ms=NOW_MS - 3 * MINUTE_MS,
        heard_ms=NOW_MS - 170_000,
        refused={"unenrolled key": 14, "signature": 2},
        reason="这把密钥没有登记：请在发出邀请的节点重新登记该终端。",
    ),
]
