// The page's end of the one channel: it always has one request waiting, and tells what it has applied and when that was painted.

const RETRY_MS = 500;

export const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// `apply(buffer)` is given each buffer in order and resolves when it is drawn; a gap makes us ask for everything again. Counters are for tests and benchmarks.
export async function listen(decode, apply, counters) {
  let seen = 0, paintedMs = 0;
  for (;;) {
    const message = await next(decode, seen, paintedMs, counters);
    if (!message) {
      await later(RETRY_MS);
      continue;
    }
    if (message.prev !== 0 && message.prev !== seen) {
      counters.gaps += 1;
      seen = 0;
      continue;
    }
    await apply(message);
    seen = message.seq;
    await frame();
    await frame(); // what was drawn has now been handed over for painting
    paintedMs = performance.timeOrigin + performance.now();
    Object.assign(counters, { seq: seen, sentMs: message.sentMs, paintedMs });
  }
}

async function next(decode, seen, paintedMs, counters) {
  try {
    const answer = await fetch(`/live?seen=${seen}&painted_ms=${paintedMs}`);
    if (!answer.ok) return null;
    const message = decode(await answer.arrayBuffer());
    counters.received += 1;
    return message;
  } catch (error) {
    counters.failed += 1;
    counters.lastFailure = String(error);
    return null;
  }
}

export function say(what, words = {}) {
  return fetch(`/said?${new URLSearchParams({ what, ...words })}`).catch(() => {});
}
