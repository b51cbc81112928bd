import assert from "node:assert/strict";
import { test } from "node:test";

import { listen } from "../../resources/map/link.js";

// The window's end: answers each request with the next message, and notes what it was asked.
async function play(messages) {
  const asked = [], applied = [], counters = { gaps: 0, failed: 0, received: 0 };
  globalThis.requestAnimationFrame = (done) => setImmediate(done);
  await new Promise((resolve) => {
    globalThis.fetch = (url) => {
      asked.push(Number(new URL(url, "http://map").searchParams.get("seen")));
      const message = messages.shift();
      if (!message) {
        resolve();
        return new Promise(() => {});
      }
      return Promise.resolve({ ok: true, arrayBuffer: () => Promise.resolve(message) });
    };
    listen((message) => message, (message) => applied.push(message.seq), counters);
  });
  return { asked, applied, counters };
}

test("buffers are applied in order and acknowledged", async () => {
  const { asked, applied, counters } = await play([{ seq: 1, prev: 0 }, { seq: 2, prev: 1 }, { seq: 3, prev: 2 }]);
  assert.deepEqual([asked, applied], [[0, 1, 2, 3], [1, 2, 3]]);
  assert.equal(counters.gaps, 0);
});

test("a gap is not applied: everything is asked for again", async () => {
  const { asked, applied, counters } = await play([{ seq: 1, prev: 0 }, { seq: 3, prev: 2 }, { seq: 4, prev: 0 }, { seq: 5, prev: 4 }]);
  assert.deepEqual([asked, applied, counters.gaps], [[0, 1, 0, 4, 5], [1, 4, 5], 1]);
});
