import { crc32, deflateSync } from "node:zlib";

/** The mark, in a square of 64: a bridge that carries a cross. `src/pictures.tsx` draws the same on the screen. */
const LINES = [
  { d: "M8 46h48M14 46c3-22 33-22 36 0M23 46v-9M32 46V30M41 46v-9", colour: [255, 255, 255], width: 3.5 },
  { d: "M32 10v13M25.5 16.5h13", colour: [255, 210, 122], width: 4.5 },
] as const;
const GROUND = [11, 103, 92] as const;
const SIDE = 64;
/** pieces of a curve */
const STEPS = 24;

type Point = readonly [x: number, y: number];
type Segment = readonly [from: Point, to: Point];

/** The mark on a rounded square. */
export function markSvg(): string {
  const paths = LINES.map(
    ({ d, colour, width }) =>
      `<path d="${d}" fill="none" stroke="rgb(${colour.join(" ")})" stroke-width="${String(width)}" stroke-linecap="round"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="16" fill="rgb(${GROUND.join(" ")})"/>${paths.join("")}</svg>`;
}

/** The mark as a picture of points, to the edges: whoever shows it cuts its own shape out of it. It is drawn smaller, so that no mask touches it. */
export function markPng(size: number): Uint8Array {
  const scale = (size / SIDE) * 0.72;
  const margin = (size - SIDE * scale) / 2;
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let point = 0; point < size * size; point += 1) rows.set(GROUND, offsetOf(point, size));
  for (const { d, colour, width } of LINES) {
    const share = coverage(size, { segments: segmentsOf(d), radius: width / 2, scale, margin });
    for (const [point, part] of share.entries()) {
      if (part === 0) continue;
      const offset = offsetOf(point, size);
      for (const [channel, value] of colour.entries())
        rows[offset + channel] = Math.round(value * part + (rows[offset + channel] ?? 0) * (1 - part));
    }
  }
  return png(size, rows);
}

/** Where a point is among the rows, of which each has a byte before it. */
function offsetOf(point: number, size: number): number {
  return point * 3 + Math.floor(point / size) + 1;
}

interface Stroke {
  readonly segments: readonly Segment[];
  readonly radius: number;
  readonly scale: number;
  readonly margin: number;
}

/** How much of each point a line covers. Only the points around each piece of it are looked at. */
function coverage(size: number, { segments, radius, scale, margin }: Stroke): Float32Array {
  const share = new Float32Array(size * size);
  const first = (value: number): number => Math.max(0, Math.floor((value - radius - 1) * scale + margin));
  const last = (value: number): number =>
    Math.min(size - 1, Math.ceil((value + radius + 1) * scale + margin));
  for (const segment of segments) {
    const [[ax, ay], [bx, by]] = segment;
    for (let y = first(Math.min(ay, by)); y <= last(Math.max(ay, by)); y += 1)
      for (let x = first(Math.min(ax, bx)); x <= last(Math.max(ax, bx)); x += 1) {
        const distance = distanceTo(segment, [(x + 0.5 - margin) / scale, (y + 0.5 - margin) / scale]);
        const part = Math.min(1, Math.max(0, (radius - distance) * scale + 0.5));
        share[y * size + x] = Math.max(share[y * size + x] ?? 0, part);
      }
  }
  return share;
}

/** A path of lines and curves as short straight pieces; of its commands those that the mark uses. */
function segmentsOf(d: string): readonly Segment[] {
  const segments: Segment[] = [];
  let here: Point = [0, 0];
  const go = (to: Point): void => {
    segments.push([here, to]);
    here = to;
  };
  for (const [, command = "", text = ""] of d.matchAll(/([MhvVc])([^MhvVc]*)/g)) {
    const [a = 0, b = 0, c = 0, e = 0, f = 0, g = 0] = (text.match(/-?[\d.]+/g) ?? []).map(Number);
    const [x, y] = here;
    if (command === "M") here = [a, b];
    else if (command === "h") go([x + a, y]);
    else if (command === "v") go([x, y + a]);
    else if (command === "V") go([x, a]);
    else {
      const bend = [here, [x + a, y + b], [x + c, y + e], [x + f, y + g]] as const;
      for (let step = 1; step <= STEPS; step += 1) go(curve(bend, step / STEPS));
    }
  }
  return segments;
}

function curve([p, q, r, s]: readonly [Point, Point, Point, Point], t: number): Point {
  const mix = (axis: 0 | 1): number =>
    (1 - t) ** 3 * p[axis] +
    3 * (1 - t) ** 2 * t * q[axis] +
    3 * (1 - t) * t ** 2 * r[axis] +
    t ** 3 * s[axis];
  return [mix(0), mix(1)];
}

function distanceTo([[ax, ay], [bx, by]]: Segment, [x, y]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** A PNG of 8-bit red, green and blue; each row begins with a byte that says it is not filtered. */
function png(size: number, rows: Buffer): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
