/** A list that gives back its smallest first. */
export class Heap<T> {
  readonly #compare: (left: T, right: T) => number;
  readonly #items: T[] = [];

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || this.#compare(parent, item) <= 0) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const [first] = this.#items;
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return first;
    this.#sink(last);
    return first;
  }

  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [one, other] = [items[left], items[left + 1]];
      if (one === undefined) break;
      const takeOther = other !== undefined && this.#compare(other, one) < 0;
      const child = takeOther ? other : one;
      if (this.#compare(item, child) <= 0) break;
      items[at] = child;
      at = takeOther ? left + 1 : left;
    }
    items[at] = item;
  }
}
