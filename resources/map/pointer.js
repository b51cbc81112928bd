// The mouse and the keys on the map: offered to the parts, the last drawn first; what none takes is a click on a thing.

export function connectPointer(page) {
  const { map } = page;
  map.on("mousemove", (event) => {
    const at = page.where(event), dragged = map.dragging.moving(); // then what is under the mouse stays under it
    if (!dragged) page.furniture.showCursor(at);
    if (page.offer("move", at, event) || dragged) return;
    map.getContainer().classList.toggle("over-thing", page.layer.hit(event.containerPoint) !== null);
  });
  map.on("mouseout", () => page.furniture.showCursor(null));
  map.on("click", (event) => {
    const at = page.where(event);
    const hit = page.layer.hit(event.containerPoint);
    if (page.offer("click", at, hit, event)) return;
    page.say("click", { thing: hit?.thing ?? "", id: hit?.id ?? "" });
  });
  for (const [name, what] of [["dblclick", "double"], ["mousedown", "down"], ["mouseup", "up"]])
    map.on(name, (event) => page.offer(what, page.where(event), event));
  document.addEventListener("keydown", (event) => page.offer("key", event));
}
