// Things that stand where they are, by the ten thousand: fetched set by set in binary (console/views/map/points/columns.py has the layout),
// clustered where they are too near for one another, drawn one by one where there is room.

import { CLUSTER, Clusters } from "./clusters.js";
import { LABEL, RANK } from "./labels.js";
import { ROMAN } from "./marks.js";
import { Pens } from "./picture.js";
import { PointSet, pointOf } from "./pointset.js";
import { SIGN_PX, drawBadge, drawCluster, drawSign, pale } from "./signs.js";
import { tr } from "./text.js";

const CHUNK = 60; // drawn before others have their turn
const RETRY_MS = 500;
const NAMES_FROM_ZOOM = 11;
const MAX_LABELS = 150;
const MAX_ALARM_LABELS = 40;

export class Points {
  constructor(page) {
    this.page = page;
    this.sets = new Map();
    this.fetching = new Set();
    [this.now, this.next] = [new Clusters(), new Clusters()];
    this.signs = new Pens(2000);
    this.numbers = new Pens(1500);
  }

  viewed(changed) {
    const { view } = this.page;
    if (changed.includes("theme")) for (const pens of [this.signs, this.numbers]) pens.clear();
    if (changed.includes("tiles")) for (const set of this.sets.values()) set.setShift(view.shift);
    for (const name of Object.keys(view.points ?? {})) this.#keepUp(name);
  }

  async #keepUp(name) {
    if (this.fetching.has(name)) return;
    this.fetching.add(name);
    if (!this.sets.has(name)) this.sets.set(name, Object.assign(new PointSet(name), { shift: this.page.view.shift }));
    const set = this.sets.get(name);
    while (set.version !== this.page.view.points[name]) {
      const got = await this.#fetch(set);
      if (!got) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.fetching.delete(name);
  }

  async #fetch(set) {
    try {
      const newer = set.version > this.page.view.points[set.name]; // the window began anew
      const answer = await fetch(`/points/${set.name}/${newer ? 0 : set.version}`);
      if (!answer.ok || !set.apply(await answer.arrayBuffer())) return false;
      await this.page.layer.refresh();
      this.page.say("points", { set: set.name, version: set.version });
      return true;
    } catch {
      return false;
    }
  }

  // Sets that are shown, in a fixed order.
  #shownSets() {
    const { view } = this.page;
    return [...this.sets.values()].filter((set) => set.count && view.shows(view.pointSets?.[set.name]?.layer));
  }

  // What is in alarm is put into the picture by `Raised`, after the units: nothing may lie on it.
  *blit(layer) {
    const sets = this.#shownSets(), key = this.#keyOf(sets, layer);
    this.same = key === this.lastKey;
    if (this.same) return layer.picture.restore(this.kept), layer.taken.restore(this.keptTaken);
    this.lastKey = "";
    this.faint = sets.some((set) => this.#strength(set) < 1);
    this.next.gather(sets, layer, layer.map.getZoom());
    yield;
    const order = this.next.calm();
    for (let from = 0; from < order.length; from += CHUNK) {
      for (const at of order.slice(from, from + CHUNK)) this.#put(layer, this.next, at);
      yield;
    }
    [this.lastKey, this.kept, this.keptTaken] = [key, layer.picture.keep(), layer.taken.keep(this.keptTaken)];
  }

  // While units alone move, points stay as they were drawn: this part draws first, so that all there is in the picture is its own.
  #keyOf(sets, layer) {
    const { originX, originY, scale, width, height, view } = layer;
    return [originX, originY, scale, width, height, view.themeName, layer.picture.dropped, ...sets.map((set) => `${set.name} ${set.version} ${set.shift !== null} ${this.#strength(set)}`)].join();
  }

  // Signs that are out of date are pale too.
  notice(lang) {
    const { view } = this.page, faint = Object.values(view.pointSets ?? {}).some(({ layer }) => view.shows(layer) && view.strength(layer) < 1);
    return faint ? tr(lang, "Some signs are pale because their layer was made so, not because they are out of date") : "";
  }

  #strength(set) {
    const { view } = this.page;
    return view.strength(view.pointSets?.[set.name]?.layer);
  }

  // As the strongest that is in it; what is in alarm is never faint.
  #strengthOf(next, at) {
    if (!this.faint || next.alarms[at]) return 1;
    return Math.max(...next.sharesOf(at).map((share, index) => (share ? this.#strength(next.sets[index]) : 0)));
  }

  raise(layer) {
    const drawn = this.same ? this.now : this.next;
    for (const at of drawn.alarmed().reverse()) this.#put(layer, drawn, at);
  }

  #put(layer, next, at) {
    const { theme, picture, taken } = layer, count = next.counts[at], x = next.xs[at], y = next.ys[at], strength = this.#strengthOf(next, at);
    if (count === 1) return this.#putSign(layer, next.setOf(at), next.first[at], x, y, strength);
    const radius = CLUSTER.radius(count), size = 2 * radius + 14;
    picture.putAt(this.signs.of(`${next.lookOf(at)} ${strength}`, size, size, (context) => {
      drawCluster(context, theme, radius, next.sharesOf(at), next.names, next.levels[at]);
      pale(context, strength);
    }), x, y);
    const text = CLUSTER.text(count);
    picture.putAt(this.numbers.of(`${text} ${strength}`, 40, 16, (context) => {
      drawBadge(context, theme, text);
      pale(context, strength);
    }), x, y);
    if (next.alarms[at]) this.#putAlarms(picture, theme, next.alarms[at], x + radius, y - radius);
    taken.take(x - radius, y - radius, 2 * radius, 2 * radius, true);
  }

  #putSign(layer, set, slot, x, y, strength) {
    const state = set.state[slot], what = this.page.view.pointSets[set.name];
    const sprite = this.signs.of(`${set.name} ${state & 0x1ffff} ${strength}`, SIGN_PX, SIGN_PX, (context) => {
      drawSign(context, layer.theme, set.name, what.kinds[pointOf.kind(state)], what.statuses[pointOf.status(state)], pointOf.freshness(state), pointOf.alarm(state));
      pale(context, strength);
    });
    layer.picture.putAt(sprite, x, y);
    layer.taken.mark(x, y, 9);
  }

  #putAlarms(picture, theme, count, x, y) {
    const text = `!${CLUSTER.text(count)}`;
    picture.putAt(this.numbers.of(`alarm ${text}`, 40, 16, (context) => drawBadge(context, theme, text, true)), x, y);
  }

  shown() {
    if (!this.same) [this.now, this.next] = [this.next, this.now];
  }

  // What is in alarm is named wherever it is; the rest where the map is near enough.
  label(layer) {
    const { theme, labels, view } = layer;
    if (!view.shows("names") || layer.map.getZoom() < NAMES_FROM_ZOOM) return;
    const { now } = this;
    let room = MAX_LABELS;
    for (let at = 0; at < now.size && room > 0; at++) {
      if (now.counts[at] !== 1 || now.alarms[at]) continue;
      const set = now.setOf(at);
      if (labels.put(set.label(now.first[at]), now.xs[at], now.ys[at], 11, LABEL.small, theme[set.name] ?? theme.text)) room--;
    }
  }

  over(_context, layer) {
    const { now } = this, alarmed = now.alarmed().slice(0, MAX_ALARM_LABELS);
    for (const at of alarmed) {
      const more = now.alarms[at] - 1, text = now.setOf(at).label(now.first[at]) + (more ? ` +${more}` : "");
      const radius = now.counts[at] === 1 ? 14 : CLUSTER.radius(now.counts[at]) + 4;
      layer.labels.ask({ rank: RANK.ALARM, text, x: now.xs[at], y: now.ys[at], radius, look: LABEL.firm, colour: layer.theme.help });
    }
  }

  legend(section) {
    const { pointSets = {}, theme } = this.page.view;
    for (const [name, { kinds, words }] of Object.entries(pointSets))
      section({ sensor: "Sensor", resource: "Resource", feed: "Video" }[name] ?? name, kinds.map((kind) => [words[kind] ?? kind, (context) => drawSign(context, theme, name, kind, "", 0, 0)]));
    const { kinds: [kind] = [] } = pointSets.sensor ?? {};
    if (kind) section("In alarm", [1, 2, 3, 4].map((level) => [ROMAN[level], (context) => drawSign(context, theme, "sensor", kind, "", 0, level)]));
  }

  hit(x, y, radius) {
    const { now } = this, found = now.nearest(x, y, radius);
    if (!found) return null;
    const { at, distance2 } = found;
    if (now.counts[at] > 1) return { thing: "cluster", id: String(at), distance2 };
    return { thing: now.setOf(at).name, id: now.setOf(at).id(now.first[at]), distance2 };
  }

  find(thing, id) {
    const set = this.sets.get(thing), slot = set?.find(id) ?? -1;
    return slot < 0 ? null : set.at(slot);
  }

  name(thing, id) {
    const set = this.sets.get(thing), slot = set?.find(id) ?? -1;
    return slot < 0 ? "" : set.label(slot);
  }

  // What is in a cluster: [{set, slot}, ...], the gravest alarm first.
  members(at) {
    const found = [];
    for (const set of this.#shownSets()) for (let slot = 0; slot < set.count; slot++) if (this.now.clusterOf(set, slot) === at) found.push({ set, slot });
    const rank = ({ set, slot }) => pointOf.alarm(set.state[slot]) || 9;
    return found.sort((one, other) => rank(one) - rank(other));
  }

  // "12 cameras", "3 water level, 1 of them in alarm": a line a kind.
  contents(members) {
    const { view } = this.page, lines = new Map();
    for (const { set, slot } of members) {
      const what = view.pointSets[set.name], kind = what.kinds[pointOf.kind(set.state[slot])] ?? "other", key = `${set.name} ${kind}`;
      const line = lines.get(key) ?? { word: what.words[kind] ?? kind, count: 0, alarms: 0, old: 0 };
      line.count += 1;
      line.alarms += pointOf.alarm(set.state[slot]) > 0;
      line.old += [1, 2].includes(pointOf.freshness(set.state[slot]));
      lines.set(key, line);
    }
    const said = ({ word, count, alarms, old }) =>
      [`${word} ${count}`, alarms ? `${tr(view.lang, "in alarm")} ${alarms}` : "", old ? `${tr(view.lang, "out of date")} ${old}` : ""].filter(Boolean).join(" · ");
    return [...lines.values()].sort((one, other) => other.alarms - one.alarms || other.count - one.count).map(said);
  }
}

export class Raised {
  constructor(page) {
    this.page = page;
  }

  *blit(layer) {
    yield;
    this.page.part(Points).raise(layer);
  }
}
