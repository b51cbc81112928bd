"""Datums of map sources: WGS 84, CGCS2000, and GCJ-02, the shifted one of many Chinese sources (`gcj.py`).

CGCS2000 (EPSG:4490) and WGS 84 are realisations of the same reference system; they agree to better than a metre (GB/T 22021-2008
takes the ellipsoids as one for maps), so nothing is shifted between them.
"""

from __future__ import annotations

WGS84, CGCS2000, GCJ02 = "WGS-84", "CGCS2000", "GCJ-02"
DATUMS = (WGS84, CGCS2000, GCJ02)
