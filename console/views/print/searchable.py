"""Makes the text of Qt's PDF files findable: Chinese characters are told by the code points that people type. No Qt.

Where a font has one glyph for 山 and for the radical of the same look (U+5C71, U+2F2D), Qt tells readers the lower of the two, and a search
for 山 finds nothing; a space it tells as a tab. Its tables of glyphs (ToUnicode) stand in the file as plain text of four hexadecimal digits
each, so that they are put right in place, without a byte moving.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = re.compile(rb"begincmap.*?endcmap", re.DOTALL)
_CODE = re.compile(rb"<(2[EF][0-9A-F]{2}|0009)>")
_LIKE = dict(
    zip(
        "⺠⻄⻅⻉⻋⻓⻔⻘⻚⻛⻜⻢⻤⻥⻦⻨⻩⻬⻰⻳",
        "民西见贝车长门青页风飞马鬼鱼鸟麦黄齐龙龟",
        strict=True,
    )
)
"""Of the radicals that Unicode does not itself count as forms of the character (EquivalentUnifiedIdeograph.txt), those of common use."""


def searchable(pdf: bytes) -> bytes:
    """The same file, as long as it was."""
    return _TABLE.sub(lambda table: _CODE.sub(_meant, table[0]), pdf)


def _meant(code: re.Match[bytes]) -> bytes:
    if code[1] == b"0009":
        return b"<0020>"
    told = chr(int(code[1], 16))
    meant = _LIKE.get(told) or unicodedata.normalize("NFKC", told)
    return b"<%04X>" % ord(meant) if len(meant) == 1 else code[0]
