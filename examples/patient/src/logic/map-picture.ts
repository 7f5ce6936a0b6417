import type { Position } from "@healthbridge/schema/client";

/** A place on the picture. */
export interface PlaceToDraw {
  readonly id: string;
  readonly position: Position;
}

/** A mark on the picture; places that would lie on one another share one. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  /** in the order in which they were given */
  readonly places: readonly string[];
  /** the number of the first in the list beside the picture, from 1 on */
  readonly first: number;
}

/** A picture of where places are: north is up, nothing is drawn but them, so it needs no network and no maps of others. */
export interface MapPicture {
  readonly width: number;
  readonly height: number;
  readonly here: { readonly x: number; readonly y: number };
  readonly marks: readonly Mark[];
  /** a round distance, and how long it is on the picture */
  readonly scale: { readonly km: number; readonly width: number };
}

const KM_PER_DEGREE = 111.195;
const MARGIN = 32;
/** The least the picture shows, so that two doctors of one house do not make it a picture of a corridor. */
const LEAST_KM = 1;
/** Marks nearer to each other than this are one: a finger could not choose between them. */
const TOGETHER = 30;

/** Draws places around where somebody is. */
export function drawMap(
  here: Position,
  places: readonly PlaceToDraw[],
  { width, height }: { readonly width: number; readonly height: number },
): MapPicture {
  const flat = places.map(({ id, position }) => ({ id, ...kmFrom(here, position) }));
  const reach = {
    east: Math.max(LEAST_KM, ...flat.map(({ east }) => Math.abs(east))),
    north: Math.max(LEAST_KM, ...flat.map(({ north }) => Math.abs(north))),
  };
  const perKm = Math.min((width / 2 - MARGIN) / reach.east, (height / 2 - MARGIN) / reach.north);
  const middle = { x: width / 2, y: height / 2 };
  const marks: Mark[] = [];
  for (const [at, { id, east, north }] of flat.entries()) {
    const x = Math.round(middle.x + east * perKm);
    const y = Math.round(middle.y - north * perKm);
    const near = marks.findIndex((each) => Math.hypot(each.x - x, each.y - y) < TOGETHER);
    const mark = marks[near];
    if (mark === undefined) marks.push({ x, y, places: [id], first: at + 1 });
    else marks[near] = { ...mark, places: [...mark.places, id] };
  }
  const km = roundKm(width / 4 / perKm);
  return { width, height, here: middle, marks, scale: { km, width: Math.round(km * perKm) } };
}

/** Flat around the place: over the tens of kilometres of such a picture the earth's curve is less than a mark is wide. */
function kmFrom(here: Position, there: Position): { readonly east: number; readonly north: number } {
  const turned = ((there.lng - here.lng + 540) % 360) - 180;
  return {
    east: turned * KM_PER_DEGREE * Math.cos((here.lat * Math.PI) / 180),
    north: (there.lat - here.lat) * KM_PER_DEGREE,
  };
}

/** The largest of 1, 2, 5, 10, 20 … (or 0.1, 0.2 …) that is not more. */
function roundKm(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((each) => each * power <= most) ?? 1;
  return Number((step * power).toPrecision(1));
}
