"""The map page: made once with folium, for good; what moves on it is drawn by our own module (`resources/map/main.js`).

Rendered when the bundle is built, never when a window starts: importing folium alone costs more than a window. Everything the
page names is on our own scheme; a page that names anything else is refused here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import cast

from console.errors import Fault
from console.models.paths import resources_dir

ORIGIN = "fengsui://map"
CENTRE = (44.6, 82.4)
ZOOM, MIN_ZOOM, MAX_ZOOM = 8, 3, 18
MAP_NAME = "live"
"""folium names the script's variable and the element `map_<this>`; its own default is random."""

_OUTSIDE = re.compile(r"""(?:https?:)?//[\w.-]+\.\w+""", re.IGNORECASE)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def render() -> str:
    """The whole page. Imports folium (about half a second). Raises Fault when the page would reach outside."""
    import folium

    chart = folium.Map(
        location=CENTRE,
        zoom_start=ZOOM,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_animation=False,
        fade_animation=False,
        inertia=False,
        keyboard=True,
        world_copy_jump=False,
    )
    chart._id = MAP_NAME  # folium offers no other way to a page that is the same each time
    chart.default_js = [("leaflet", f"{ORIGIN}/bundle/leaflet.js")]
    chart.default_css = [("leaflet_css", f"{ORIGIN}/bundle/leaflet.css"), ("map_css", f"{ORIGIN}/static/map.css")]
    figure = cast("folium.Figure", chart.get_root())
    furniture = (resources_dir() / "map" / "page.html").read_text(encoding="utf-8")
    figure.html.add_child(folium.Element(furniture), name="furniture")
    return sealed(figure.render())


def sealed(html: str) -> str:
    """`html` with a Content-Security-Policy that lets nothing run but what stands in it now, and nothing load but from our scheme."""
    outside = _OUTSIDE.search(html)
    if outside:
        raise Fault(f"the map page names an address outside: {outside.group()}; point it at {ORIGIN}")
    scripts = " ".join(f"'sha256-{_digest(text)}'" for text in _SCRIPT.findall(html))
    styles = " ".join(f"'sha256-{_digest(text)}'" for text in _STYLE.findall(html))
    policy = (
        f"default-src 'none'; script-src {ORIGIN} {scripts}; style-src {ORIGIN} {styles}; img-src {ORIGIN} data: blob:; "
        f"connect-src {ORIGIN}; font-src {ORIGIN}; base-uri 'none'; form-action 'none'"
    )
    return html.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
