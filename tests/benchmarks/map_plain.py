"""What others do with the same units, as a child of a measurement: `map_plain markers COUNT`, Leaflet's own markers in a page, moved once a
second while the map is dragged; `map_plain folium COUNT`, a folium map rendered anew and shown, as a program does that has nothing live.
"""

from __future__ import annotations

import random
import sys
import time

from PySide6.QtCore import QBuffer, QByteArray, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from console.models.paths import resources_dir
from console.views.map.graphics import choose_graphics
from console.views.map.page import ORIGIN
from console.views.map.scheme import PAGE_URL, SCHEME, register_scheme
from console.views.map.source import Sources
from tests.benchmarks.harness import percentile, say
from tests.benchmarks.map_scene import EAST, NORTH, SEED, SOUTH, WEST

SIZE = (1600, 900)
WATCHED_S = 12
MARKERS = """<!DOCTYPE html><html><head><link rel=stylesheet href="/bundle/leaflet.css"><script src="/bundle/leaflet.js"></script>
<style>html,body,#map{margin:0;height:100%%}.dot{background:#45a7e6;border:2px solid #12202c;border-radius:9px}</style></head>
<body><div id=map></div><script>
const map = L.map("map", {center: [44.65, 82.6], zoom: 9, zoomAnimation: false, inertia: false});
const icon = L.divIcon({className: "dot", iconSize: [14, 14]});
const spot = () => [%(south)f + Math.random() * (%(north)f - %(south)f), %(west)f + Math.random() * (%(east)f - %(west)f)];
const marks = Array.from({length: %(count)d}, () => L.marker(spot(), {icon}).addTo(map));
let slice = 0;
setInterval(() => {
  for (let at = slice++ %% 30; at < marks.length; at += 30) {
    const {lat, lng} = marks[at].getLatLng();
    marks[at].setLatLng([lat + 1e-4, lng + 1e-4]);
  }
}, 33);
const fire = (type, x, y, on) => on.dispatchEvent(new MouseEvent(type, {bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1}));
const gaps = [], begun = performance.now();
let last = begun, angle = 0;
fire("mousedown", 800, 450, map.getContainer());
const step = (now) => {
  gaps.push(now - last); last = now; angle += 0.03;
  fire("mousemove", 800 + 300 * Math.sin(angle), 450 + 200 * Math.sin(2 * angle), document);
  if (now - begun < %(seconds)d * 1000) requestAnimationFrame(step);
  else { window.benched = gaps; document.title = "measured"; }
};
requestAnimationFrame(step);
</script></body></html>"""
PAINTED = "requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));"


class Handler(QWebEngineUrlSchemeHandler):
    """Our files, and `page` as the page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.page = page
        self._sources = Sources(resources_dir() / "map", resources_dir() / "map" / "bundle")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        path = job.requestUrl().path()
        answer = self._sources.read(path)
        body, mime = (self.page, "text/html") if path == "/page.html" else (answer.body, answer.mime)
        if body is not None:
            buffer = QBuffer(job)
            buffer.setData(QByteArray(body))
            job.reply(mime.encode(), buffer)


def folium_page(count: int) -> bytes:
    import folium

    chance = random.Random(SEED)
    chart = folium.Map(location=(44.65, 82.6), zoom_start=9, tiles=None, prefer_canvas=True)
    chart.default_js = [("leaflet", f"{ORIGIN}/bundle/leaflet.js")]
    chart.default_css = [("leaflet_css", f"{ORIGIN}/bundle/leaflet.css")]
    for _ in range(count):
        folium.CircleMarker((chance.uniform(SOUTH, NORTH), chance.uniform(WEST, EAST)), radius=6).add_to(chart)
    return chart.get_root().render().encode()


def main(what: str, count: int) -> None:
    choose_graphics()
    register_scheme()
    app = QApplication(sys.argv[:1])
    if what == "folium":
        folium_page(10)  # importing it is not what is measured
    begun_s = time.monotonic()
    words = {"count": count, "south": SOUTH, "north": NORTH, "west": WEST, "east": EAST, "seconds": WATCHED_S}
    handler = Handler(folium_page(count) if what == "folium" else (MARKERS % words).encode())
    profile = QWebEngineProfile()
    profile.installUrlSchemeHandler(SCHEME, handler)
    view = QWebEngineView()
    page = QWebEnginePage(profile, view)
    view.setPage(page)
    view.resize(*SIZE)

    def titled(title: str) -> None:
        if title == "painted":
            say(rendered_ms=(time.monotonic() - begun_s) * 1000)
        elif title == "measured":
            page.runJavaScript("benched.join()", lambda text: _told(str(text)))
            return
        else:
            return
        app.quit()

    def _told(text: str) -> None:
        gaps = [float(gap) for gap in text.split(",")]
        say(fps=1000 * len(gaps) / sum(gaps), gap_p95_ms=percentile(gaps, 0.95))
        app.quit()

    page.titleChanged.connect(titled)
    if what == "folium":
        page.loadFinished.connect(lambda _: page.runJavaScript(PAINTED))
    page.load(QUrl(PAGE_URL))
    view.show()
    QTimer.singleShot(120_000, app.quit)
    app.exec()
    view.hide()
    page.deleteLater()
    app.processEvents()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
