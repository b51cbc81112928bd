// The one message that reaches the page: little-endian, columns after a header, a JSON tail. Written by console/views/map/live.py,
// whose docstring is the specification.

export const MAGIC = 0x32534d46;
const HEADER_BYTES = 32;
const NO_HEADING = 511;

export const FRESH = 0, STALE = 1, GONE = 2;

export function decode(buffer) {
  const head = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || head.getUint32(0, true) !== MAGIC) throw new Error("not a map buffer");
  const [seq, prev, count, tailBytes, nameBytes] = [4, 8, 12, 16, 20].map((at) => head.getUint32(at, true));
  if (buffer.byteLength !== HEADER_BYTES + 16 * count + nameBytes + tailBytes) throw new Error("map buffer of the wrong length");
  const column = (index, Type) => new Type(buffer, HEADER_BYTES + 4 * count * index, count);
  const names = new Uint8Array(buffer, HEADER_BYTES + 16 * count, nameBytes), tail = new Uint8Array(buffer, HEADER_BYTES + 16 * count + nameBytes, tailBytes);
  return {
    seq, prev, count,
    sentMs: head.getFloat64(24, true),
    slot: column(0, Uint32Array), lon: column(1, Int32Array), lat: column(2, Int32Array), state: column(3, Uint32Array),
    names: nameBytes ? new TextDecoder().decode(names).split("\0") : [], // slot, id, label, slot, ...
    tail: tailBytes ? JSON.parse(new TextDecoder().decode(tail)) : {},
  };
}

export const stateOf = {
  heading: (state) => (state & 511) === NO_HEADING ? null : state & 511,
  kind: (state) => (state >>> 9) & 15,
  status: (state) => (state >>> 13) & 15,
  freshness: (state) => (state >>> 17) & 3,
  placed: (state) => (state >>> 19) & 1,
  removed: (state) => (state >>> 20) & 1,
};
