import { EARTH_RADIUS_METRES, type Position } from "@healthbridge/schema";
import type { Column, SQL } from "drizzle-orm";
import { between, or, sql } from "drizzle-orm";

/** A stretch of degrees, both ends included. */
export type Stretch = readonly [from: number, to: number];

/** All positions within a distance are in this box; not all positions in the box are within the distance. */
export interface Box {
  readonly lat: Stretch;
  /** two where the box reaches over the 180th meridian */
  readonly lng: readonly Stretch[];
}

const WHOLE_TURN: Stretch = [-180, 180];
/** Distances are whole metres: who is half a metre outside is inside. A box is made so much wider that it cuts off nobody who stands on its edge. */
const SLACK_METRES = 1;

/** The box around a circle on the sphere. */
export function boxAround({ lat, lng }: Position, metres: number): Box {
  const angle = (metres + SLACK_METRES) / EARTH_RADIUS_METRES;
  const reach = degrees(angle);
  const lats: Stretch = [Math.max(-90, lat - reach), Math.min(90, lat + reach)];
  // A circle that holds a pole holds every longitude.
  if (lats[0] <= -90 || lats[1] >= 90) return { lat: lats, lng: [WHOLE_TURN] };
  const width = degrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos(radians(lat)))));
  return { lat: lats, lng: overTheMeridian(lng - width, lng + width) };
}

/** The condition that a position is in a box: what the index on (tenant, lat, lng) answers. */
export function inBox(lat: Column, lng: Column, box: Box): SQL | undefined {
  return sql`${between(lat, ...box.lat)} AND ${or(...box.lng.map((stretch) => between(lng, ...stretch)))}`;
}

/**
 * Whole metres from a position to that of a row (haversine). Written out, because `ST_Distance_Sphere` takes -180 degrees for an error on MySQL and because the
 * two servers' radius is not the one tests count with.
 */
export function metresFrom({ lat, lng }: Position, latColumn: Column, lngColumn: Column): SQL<number> {
  const half = (column: Column, degree: number) =>
    sql`POW(SIN((RADIANS(${column}) - ${radians(degree)}) / 2), 2)`;
  const chord = sql`${half(latColumn, lat)} + ${Math.cos(radians(lat))} * COS(RADIANS(${latColumn})) * ${half(lngColumn, lng)}`;
  return sql<number>`ROUND(${2 * EARTH_RADIUS_METRES} * ASIN(SQRT(LEAST(1, ${chord}))))`;
}

function overTheMeridian(from: number, to: number): readonly Stretch[] {
  if (to - from >= 360) return [WHOLE_TURN];
  if (from < -180)
    return [
      [from + 360, 180],
      [-180, to],
    ];
  if (to > 180)
    return [
      [from, 180],
      [-180, to - 360],
    ];
  return [[from, to]];
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}

function radians(degree: number): number {
  return (degree * Math.PI) / 180;
}
