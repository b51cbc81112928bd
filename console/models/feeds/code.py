"""The id of 20 digits that GB/T 28181-2022 (annex E, rule A) gives devices: centre 8, industry 2, type 3, network 1, serial 6."""

from __future__ import annotations

import re
from typing import NamedTuple

CODE_DIGITS = 20
_FORM = re.compile(r"[0-9]{20}", re.ASCII)
KINDS = ("camera", "dvr", "nvr", "drone", "vehicle", "other")
_KIND_OF_TYPE = {"111": "dvr", "112": "dvr", "113": "dvr", "114": "dvr", "118": "nvr", "131": "camera", "132": "camera", "121": "vehicle"}
"""Type codes of table E.1: 111 DVR, 112 video server, 113 encoder, 114 decoder, 118 NVR, 131 camera, 132 network camera, 121 in-vehicle."""


class GbCode(NamedTuple):
    """`centre`: area of the platform (GB/T 2260, 8 digits with trailing zeros); the rest as digits."""

    centre: str
    industry: str
    type: str
    network: str
    serial: str

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return _KIND_OF_TYPE.get(self.type, "other")

    @property
    def area(self) -> str:
        return area_of(self.centre)


def area_of(centre: str) -> str:
    """The area code without the zeros that say "all of it": 65272200 is 652722."""
    return centre[:6] if centre[6:] == "00" else centre


def parse(text: str) -> GbCode | None:
    """None when it is not such an id."""
    if not _FORM.fullmatch(text):
        return None
    return GbCode(text[:8], text[8:10], text[10:13], text[13], text[14:])
