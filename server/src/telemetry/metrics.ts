/**
 * Numbers that only grow, numbers that go up and down, and how long things take, in the text format of Prometheus (0.0.4). Labels come from closed sets: each value
 * that was ever seen stays, so an id or a path in a label would fill the memory of this process and of whoever collects.
 */

type Labels = Readonly<Record<string, string>>;

/** Of a metric without labels. */
export const NO_LABELS: Readonly<Record<string, never>> = {};

/** What is told of one metric: its name, help and type, and a line for each set of labels. */
export interface Metric {
  lines(): readonly string[];
}

/** What every metric has. By convention names end in what is counted: `_total`, `_seconds`, `_bytes`. */
export interface Named {
  readonly name: string;
  readonly help: string;
}

/** A number that only grows. */
export class Counter<L extends Labels> implements Metric {
  readonly #named: Named;
  readonly #values = new Map<string, number>();

  constructor(named: Named) {
    this.#named = named;
  }

  add(labels: L, by = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  lines(): readonly string[] {
    const { name } = this.#named;
    return [
      ...head(this.#named, "counter"),
      ...[...this.#values].map(([key, value]) => line(name, key, value)),
    ];
  }
}

/** A number that goes up and down, looked up when somebody asks. */
export class Gauge implements Metric {
  readonly #named: Named;
  readonly #look: () => number;

  constructor(named: Named, look: () => number) {
    this.#named = named;
    this.#look = look;
  }

  lines(): readonly string[] {
    return [...head(this.#named, "gauge"), line(this.#named.name, "", this.#look())];
  }
}

/** Numbers that only grow and are counted elsewhere, looked up when somebody asks; the label says which. */
export class CountsElsewhere implements Metric {
  readonly #named: Named;
  readonly #label: string;
  readonly #look: () => Readonly<Record<string, number>>;

  constructor(named: Named, label: string, look: () => Readonly<Record<string, number>>) {
    this.#named = named;
    this.#label = label;
    this.#look = look;
  }

  lines(): readonly string[] {
    const counts = Object.entries(this.#look());
    return [
      ...head(this.#named, "counter"),
      ...counts.map(([value, count]) => line(this.#named.name, labelText({ [this.#label]: value }), count)),
    ];
  }
}

interface Distribution {
  /** how many fell into each bucket and none before it; the last: beyond all */
  readonly counts: number[];
  sum: number;
}

/** How often something took how long, in buckets. */
export class Histogram<L extends Labels> implements Metric {
  readonly #named: Named;
  readonly #bounds: readonly number[];
  readonly #values = new Map<string, Distribution>();

  /** @param bounds upper bounds of the buckets, growing */
  constructor(named: Named, bounds: readonly number[]) {
    this.#named = named;
    this.#bounds = bounds;
  }

  observe(labels: L, value: number): void {
    const key = labelText(labels);
    const known = this.#values.get(key) ?? { counts: [...this.#bounds, Infinity].map(() => 0), sum: 0 };
    this.#values.set(key, known);
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    const at = bucket < 0 ? this.#bounds.length : bucket;
    known.counts[at] = (known.counts[at] ?? 0) + 1;
    known.sum += value;
  }

  lines(): readonly string[] {
    const { name } = this.#named;
    const all = [...this.#values].flatMap(([key, { counts, sum }]) => {
      let below = 0;
      const buckets = counts.map((count, at) => {
        below += count;
        const bound = `le="${this.#bounds[at] ?? "+Inf"}"`;
        return line(`${name}_bucket`, key === "" ? bound : `${key},${bound}`, below);
      });
      return [...buckets, line(`${name}_sum`, key, sum), line(`${name}_count`, key, below)];
    });
    return [...head(this.#named, "histogram"), ...all];
  }
}

function head({ name, help }: Named, type: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === "" ? "" : `{${labels}}`} ${value}`;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`)
    .join(",");
}
