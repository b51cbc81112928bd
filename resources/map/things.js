// What the tail of a buffer says of things that are not units: whole lists, by kind.

export class Things {
  constructor() {
    this.lists = { incident: [], sensor: [], resource: [], warning: [], road: [], help: [] };
    this.version = 0;
  }

  apply(tail) {
    for (const [kind, held] of Object.entries(tail.things ?? {})) {
      this.lists[kind] = held;
      this.version += 1;
    }
  }

  find(kind, id) {
    return this.lists[kind]?.find((held) => held.id === id) ?? null;
  }
}
