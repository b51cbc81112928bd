"""Peers by the names that people know them by. No Qt."""

from __future__ import annotations

import sqlite3

import peewee as pw

from console.models.journal import meta
from console.models.state.tables import Peer


def peer_names(database: pw.SqliteDatabase) -> dict[str, str]:
    """Origin in hex -> name: peers enrolled, the nodes that a token vouched for, and this machine's own, which no table holds."""
    names = {origin: name for origin, name in Peer.select(Peer.id, Peer.name).tuples().execute(database) if name}
    connection: sqlite3.Connection = database.connection()  # type: ignore[no-untyped-call]
    own = meta.identity(connection)
    names.update({grant.origin.hex(): grant.name for grant in meta.roots(connection) if grant.name})
    return names if own is None or not own.name else names | {own.origin.hex(): own.name}


def name_of(origin: str, names: dict[str, str]) -> str:
    """The name, else the beginning of the identity."""
    return names.get(origin) or origin[:8]
