/** A heap of servers ordered by key, then order: the least is found at once, a changed one put right in O(log n). */

/** What a heap holds: it writes `heapIndex` itself. */
interface Ordered {
  readonly key: number;
  readonly order: number;
  heapIndex: number;
  readonly full: boolean;
}

export class ServerHeap<Server extends Ordered> {
  #items: Server[] = [];

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Replaces what the heap holds by those of the servers that are not full; keys and orders are set already. */
  fill(servers: readonly Server[]): void {
    for (const server of this.#items) server.heapIndex = -1;
    this.#items = servers.filter(({ full }) => !full);
    for (const [index, server] of this.#items.entries()) server.heapIndex = index;
    for (let index = (this.#items.length >> 1) - 1; index >= 0; index--) this.#siftDown(index);
  }

  /** The least server other than `avoid`, or `avoid` itself when there is no other. */
  least(avoid: Server | undefined): Server | undefined {
    const first = this.#items[0];
    if (first !== avoid || this.#items.length < 2) return first;
    const left = this.#items[1] as Server;
    const right = this.#items[2];
    return right !== undefined && comesBefore(right, left) ? right : left;
  }

  has(server: Server): boolean {
    return this.#items[server.heapIndex] === server;
  }

  add(server: Server): void {
    server.heapIndex = this.#items.length;
    this.#items.push(server);
    this.#siftUp(server.heapIndex);
  }

  remove(server: Server): void {
    const index = server.heapIndex;
    const last = this.#items.length - 1;
    if (index !== last) this.#swap(index, last);
    this.#items.pop();
    server.heapIndex = -1;
    if (index !== last) this.reposition(this.#items[index] as Server);
  }

  /** Puts a server whose key or order changed in its place; one the heap does not hold is left alone. */
  reposition(server: Server): void {
    const index = server.heapIndex;
    if (this.#items[index] !== server) return;
    this.#siftUp(index);
    this.#siftDown(server.heapIndex);
  }

  #siftUp(start: number): void {
    const items = this.#items;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(items[index] as Server, items[parent] as Server)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(start: number): void {
    const items = this.#items;
    let index = start;
    for (;;) {
      let least = index;
      for (let child = 2 * index + 1; child <= 2 * index + 2 && child < items.length; child++) {
        if (comesBefore(items[child] as Server, items[least] as Server)) least = child;
      }
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    const first = items[a] as Server;
    const second = items[b] as Server;
    items[a] = second;
    items[b] = first;
    second.heapIndex = a;
    first.heapIndex = b;
  }
}

function comesBefore(a: Ordered, b: Ordered): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
