"""The projected tables. Read by presenters (through peewee or plain SQL), written by `console.models.state.project` alone.

Names and units as in `console.models.kinds`. `heard_ms` is *this machine's* clock at the moment the thing was said, reckoned
back from local receipt by the time the event spent waiting on its way (so a sender's wrong clock makes nothing look fresh or
stale). `stamps` maps a field to (hlc, origin) of who last wrote it: later wins, field by field, ties by origin.

A row exists as soon as anything was said that concerns its thing, its name perhaps not yet: a unit that moved before it was
registered, a warning known only because another refers to it (its `identifier` is "").
"""

from __future__ import annotations

import peewee as pw


class Table(pw.Model):
    """Base: no database of its own; a reader binds the models for the length of a query."""

    class Meta:
        legacy_table_names = False


class StateTable(Table):
    id = pw.CharField(primary_key=True)
    origin = pw.CharField(default="")  # hex of the peer that first spoke of it
    area = pw.CharField(default="")
    hlc = pw.BigIntegerField(default=0)  # of the latest event that touched the row
    stamps = pw.BlobField(null=True)


class Incident(StateTable):
    title = pw.TextField(default="")
    category = pw.TextField(default="")
    hazard = pw.TextField(default="")
    level = pw.IntegerField(default=0)
    response_level = pw.IntegerField(default=0)
    status = pw.TextField(default="open")  # open, closed
    place = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    occurred_ms = pw.BigIntegerField(null=True)
    opened_ms = pw.BigIntegerField(default=0)
    closed_ms = pw.BigIntegerField(null=True)
    exercise = pw.BooleanField(default=False)
    deaths = pw.IntegerField(null=True)
    missing = pw.IntegerField(null=True)
    injured = pw.IntegerField(null=True)
    moved_total = pw.IntegerField(null=True)
    moved_now = pw.IntegerField(null=True)
    sheep = pw.IntegerField(null=True)
    large_livestock = pw.IntegerField(null=True)
    houses = pw.IntegerField(null=True)
    loss_yuan = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)  # entered in error
    hold = pw.TextField(default="")  # why its personal data must not be purged, "" when it may
    purged_ms = pw.BigIntegerField(null=True)  # its personal data was destroyed, last


class Unit(StateTable):
    name = pw.TextField(default="")
    kind = pw.TextField(default="other")
    callsign = pw.TextField(default="")
    org = pw.TextField(default="")
    people = pw.IntegerField(default=0)
    status = pw.TextField(default="")
    incident = pw.TextField(default="")
    note = pw.TextField(default="")
    task = pw.TextField(default="")  # id of the latest task assigned to it
    help = pw.TextField(default="")  # nature of its call for help, "" when it calls for none
    help_text = pw.TextField(default="")
    help_people = pw.IntegerField(default=0)
    help_lon = pw.FloatField(null=True)
    help_lat = pw.FloatField(null=True)
    help_ms = pw.BigIntegerField(null=True)
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    heading_deg = pw.FloatField(null=True)
    speed_mps = pw.FloatField(null=True)
    alt_m = pw.FloatField(null=True)
    accuracy_m = pw.FloatField(null=True)
    valid_s = pw.FloatField(null=True)
    fix_hlc = pw.BigIntegerField(default=0)
    fix_heard_ms = pw.BigIntegerField(null=True)
    heard_ms = pw.BigIntegerField(null=True)  # anything heard from it


class Task(StateTable):
    unit = pw.TextField(default="")
    incident = pw.TextField(default="")
    text = pw.TextField(default="")
    due_ms = pw.BigIntegerField(null=True)
    author = pw.TextField(default="")
    state = pw.TextField(default="assigned")
    note = pw.TextField(default="")
    assigned_ms = pw.BigIntegerField(default=0)
    answered_ms = pw.BigIntegerField(null=True)


class Resource(StateTable):
    name = pw.TextField(default="")
    kind = pw.TextField(default="")
    place = pw.TextField(default="")
    owner = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    quantity = pw.FloatField(default=0)
    capacity = pw.FloatField(null=True)
    unit = pw.TextField(default="")
    status = pw.TextField(default="")
    incident = pw.TextField(default="")
    note = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)


class Road(StateTable):
    """A closure of a road. `line`: msgpack of list[(lon, lat)], None at a point."""

    name = pw.TextField(default="")
    reason = pw.TextField(default="")
    status = pw.TextField(default="closed")  # closed, open
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    line = pw.BlobField(null=True)
    since_ms = pw.BigIntegerField(null=True)
    opened_ms = pw.BigIntegerField(null=True)
    source = pw.TextField(default="")
    note = pw.TextField(default="")
    incident = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Mode(StateTable):
    """`id` = area code: whether it is in routine or emergency mode, since when, by whom and why."""

    mode = pw.TextField(default="routine")
    why = pw.TextField(default="")
    response_level = pw.IntegerField(default=0)
    author = pw.TextField(default="")
    since_ms = pw.BigIntegerField(default=0)


class Station(StateTable):
    """A peer's machine; `id` = owned_subject(origin, "station"). `card`: number of its satellite card, "" when it has none.
    `leads_since_ms`: since when it leads those around it, None: it does not; `lead_author`: who said so."""

    saving = pw.BooleanField(default=False)
    percent = pw.IntegerField(null=True)
    left_s = pw.IntegerField(null=True)
    card = pw.TextField(default="")
    leads_since_ms = pw.BigIntegerField(null=True)
    lead_author = pw.TextField(default="")
    why = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Review(StateTable):
    """`id` = `<subject> <field>`: conflicting writes of that field were looked at, the newest at `upto_hlc`. Which of them a review settles is
    in its own body, in the timeline (`console.models.state.conflicts`)."""

    subject = pw.TextField(default="")
    field = pw.TextField(default="")
    upto_hlc = pw.BigIntegerField(default=0)
    note = pw.TextField(default="")
    author = pw.TextField(default="")


class Receipt(StateTable):
    """`id` = `<warning> <unit>`: the unit took note of the warning."""

    warning = pw.TextField(default="")
    unit = pw.TextField(default="")
    acted = pw.BooleanField(default=False)
    note = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Sensor(StateTable):
    """`value`, `quality`: of the newest reading, by when it was read (`at_ms`, its author's clock; `heard_ms`: by this machine's)."""

    name = pw.TextField(default="")
    quantity = pw.TextField(default="")
    unit = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    valid_s = pw.FloatField(default=3600.0)
    owner = pw.TextField(default="")
    place = pw.TextField(default="")
    link = pw.TextField(default="")
    interval_s = pw.FloatField(null=True)
    basin = pw.TextField(default="")
    low = pw.FloatField(null=True)
    high = pw.FloatField(null=True)
    warning = pw.FloatField(null=True)
    guarantee = pw.FloatField(null=True)
    historic = pw.FloatField(null=True)
    value = pw.FloatField(null=True)
    quality = pw.TextField(default="")
    at_ms = pw.BigIntegerField(default=0)
    reading_hlc = pw.BigIntegerField(default=0)
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Quake(StateTable):
    """`id` = `<source>:<its id>`."""

    magnitude = pw.FloatField(default=0.0)
    scale = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    depth_km = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(default=0)
    place = pw.TextField(default="")
    source = pw.TextField(default="")
    status = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Gateway(StateTable):
    """A source of a gateway: a broker, a folder, a list. Fields as of `kinds.GatewayReported`; `refused`: msgpack of dict[str, int]."""

    name = pw.TextField(default="")
    source = pw.TextField(default="")
    place = pw.TextField(default="")
    state = pw.TextField(default="connecting")
    fault = pw.TextField(default="")
    taken = pw.BigIntegerField(default=0)
    refused = pw.BlobField(null=True)
    example = pw.TextField(default="")
    since_ms = pw.BigIntegerField(default=0)
    newest_ms = pw.BigIntegerField(null=True)
    heard_ms = pw.BigIntegerField(null=True)


class Basin(StateTable):
    """A small basin or township. `hazards`, `outer`, `gauges`, `critical`, `villages`: msgpack of what `kinds.BasinRegistered` has."""

    name = pw.TextField(default="")
    kind = pw.TextField(default="basin")
    downstream = pw.TextField(default="")
    travel_s = pw.FloatField(null=True)
    area_km2 = pw.FloatField(null=True)
    hazards = pw.BlobField(null=True)
    outer = pw.BlobField(null=True)
    gauges = pw.BlobField(null=True)
    critical = pw.BlobField(null=True)
    villages = pw.BlobField(null=True)
    people = pw.IntegerField(default=0)
    leader = pw.TextField(default="")
    phone = pw.TextField(default="")
    source = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)


class Risk(StateTable):
    """`id` = `<hazard>:<place>@<area>` (`kinds.risk_id`); read it through PRESENT_RISK. `why`, `unsure`: msgpack of list[kinds.Because] and
    list[str]. `seen_level`, `seen_by`, `seen_ms`: the acknowledgement, of that level."""

    hazard = pw.TextField(default="")
    place = pw.TextField(default="")
    level = pw.IntegerField(default=0)
    stage = pw.TextField(default="")
    lead_s = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(default=0)
    why = pw.BlobField(null=True)
    unsure = pw.BlobField(null=True)
    share = pw.FloatField(default=1.0)
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    seen_level = pw.IntegerField(default=0)
    seen_by = pw.TextField(default="")
    seen_note = pw.TextField(default="")
    seen_ms = pw.BigIntegerField(null=True)
    incident = pw.TextField(default="")


class Feed(StateTable):
    name = pw.TextField(default="")
    url = pw.TextField(default="")
    snapshot_url = pw.TextField(default="")
    kind = pw.TextField(default="camera")
    code = pw.TextField(default="")
    owner = pw.TextField(default="")
    folder = pw.TextField(default="")
    road = pw.TextField(default="")
    basin = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    bearing_deg = pw.FloatField(null=True)
    view_deg = pw.FloatField(null=True)
    range_m = pw.FloatField(null=True)
    note = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)


class Plot(StateTable):
    """`points`: msgpack of list[(lon, lat)]."""

    shape = pw.TextField(default="")
    kind = pw.TextField(default="")
    label = pw.TextField(default="")
    points = pw.BlobField(null=True)
    radius_m = pw.FloatField(null=True)
    inner_m = pw.FloatField(null=True)
    from_deg = pw.FloatField(null=True)
    to_deg = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(null=True)
    until_ms = pw.BigIntegerField(null=True)
    note = pw.TextField(default="")
    incident = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Warning(StateTable):
    """`id` = `<sender>,<identifier>`. `superseded_by`: id of the Update or Cancel that refers to it ("" while in force)."""

    identifier = pw.TextField(default="")
    sender = pw.TextField(default="")
    sender_name = pw.TextField(default="")
    sent_ms = pw.BigIntegerField(default=0)
    cap_status = pw.TextField(default="")
    msg_type = pw.TextField(default="")
    event = pw.TextField(default="")
    headline = pw.TextField(default="")
    description = pw.TextField(default="")
    instruction = pw.TextField(default="")
    severity = pw.TextField(default="")
    urgency = pw.TextField(default="")
    certainty = pw.TextField(default="")
    colour = pw.TextField(default="")
    effective_ms = pw.BigIntegerField(null=True)
    onset_ms = pw.BigIntegerField(null=True)
    expires_ms = pw.BigIntegerField(null=True)
    areas = pw.BlobField(null=True)  # msgpack of list[kinds.WarningArea]
    superseded_by = pw.TextField(default="")


class Peer(StateTable):
    """`id` = origin in hex. Trust: who may speak, for which area, by whose word."""

    name = pw.TextField(default="")
    role = pw.TextField(default="")
    sign_key = pw.BlobField(null=True)
    curve_key = pw.BlobField(null=True)
    enrolled_by = pw.TextField(default="")
    invite = pw.TextField(default="")
    revoked_by = pw.TextField(default="")
    revoked_why = pw.TextField(default="")
    revoked_hlc = pw.BigIntegerField(default=0)


class Invite(StateTable):
    """`id` = hex of the token's one-time CURVE public key. `used_by` = origin (hex) of the peer it enrolled."""

    role = pw.TextField(default="")
    expires_ms = pw.BigIntegerField(default=0)
    used_by = pw.TextField(default="")


class Timeline(Table):
    """Log table: every command or report event about an incident, its body with it.

    `heard_ms`: when it was said, by this machine's clock; `taken_ms`: when it arrived here (its difference to `heard_ms` is how late it
    came). `mark`: "" an ordinary event, "early" (a short message, its original is not here yet), "held" (its author's clock is far
    ahead; not part of the state yet) or "erased" (its content was destroyed).
    """

    incident = pw.TextField()
    hlc = pw.BigIntegerField()
    origin = pw.TextField()
    topic = pw.TextField()
    seq = pw.IntegerField()
    kind = pw.TextField()
    subject = pw.TextField()
    body = pw.BlobField()
    heard_ms = pw.BigIntegerField(default=0)
    taken_ms = pw.BigIntegerField(default=0)
    mark = pw.TextField(default="")

    class Meta:
        primary_key = pw.CompositeKey("incident", "hlc", "origin", "topic", "seq")
        without_rowid = True


class Written(Table):
    """Log table: who wrote which field of an incident or a resource, when, and as of what (`base`: hlc of the row as its author saw it;
    its own hlc when that was not told). Two writes of a field by different origins, the later with a base before the earlier, are a
    conflict (`console.models.state.conflicts`). `value`: msgpack."""

    subject = pw.TextField()
    field = pw.TextField()
    hlc = pw.BigIntegerField()
    origin = pw.TextField()
    base = pw.BigIntegerField()
    value = pw.BlobField()

    class Meta:
        primary_key = pw.CompositeKey("subject", "field", "hlc", "origin")
        without_rowid = True


class Track(Table):
    """Log table: where a unit was, at most one point per 10 s (the earliest in each 10 s of author time)."""

    unit = pw.TextField()
    bucket = pw.BigIntegerField()  # author ms // 10 000
    hlc = pw.BigIntegerField()
    lon = pw.FloatField()
    lat = pw.FloatField()

    class Meta:
        primary_key = pw.CompositeKey("unit", "bucket")
        without_rowid = True


class Reading(Table):
    """Log table: every reading of a sensor, by when it was read (`at_ms`, its author's clock). Of two for one moment the later said (`hlc`)
    stands: read it through PRESENT_READING. One that came ahead of its stream is in `sensor` alone until the stream is here."""

    sensor = pw.TextField()
    at_ms = pw.BigIntegerField()
    hlc = pw.BigIntegerField()
    value = pw.FloatField()
    quality = pw.TextField()

    class Meta:
        primary_key = pw.CompositeKey("sensor", "at_ms", "hlc")
        without_rowid = True


PRESENT_READING = (
    "(SELECT * FROM reading AS said WHERE NOT EXISTS "
    "(SELECT 1 FROM reading AS later WHERE later.sensor = said.sensor AND later.at_ms = said.at_ms AND later.hlc > said.hlc))"
)
"""What `reading` is to be read as, in a FROM: of each moment what was said last, as far as is known at the instant shown."""

PRESENT_RISK = (
    "(SELECT told.* FROM risk AS told LEFT JOIN basin AS b ON b.id = told.place LEFT JOIN sensor AS s ON s.id = told.place "
    "WHERE told.hazard <> '' AND told.area = coalesce(nullif(b.area, ''), nullif(s.area, ''), told.area))"
)
"""What `risk` is to be read as, in a FROM: what was said of each place in the place's own area. What others said of it does not count."""

STATE_TABLES: tuple[type[StateTable], ...] = (
    Incident,
    Unit,
    Task,
    Resource,
    Road,
    Mode,
    Station,
    Review,
    Receipt,
    Sensor,
    Quake,
    Gateway,
    Basin,
    Risk,
    Feed,
    Plot,
    Warning,
    Peer,
    Invite,
)
LOG_TABLES: tuple[type[Table], ...] = (Timeline, Track, Written, Reading)
