/** A position in degrees, WGS 84. */
export interface Position {
  readonly lat: number;
  readonly lng: number;
}

/** Mean radius of the earth (IUGG), metres. */
export const EARTH_RADIUS_METRES = 6_371_008.8;

/** Whole metres between two positions on the sphere (haversine), as the server's SQL counts them. */
export function metresBetween(here: Position, there: Position): number {
  const half = (degrees: number): number => Math.sin(radians(degrees) / 2) ** 2;
  const chord =
    half(there.lat - here.lat) +
    Math.cos(radians(here.lat)) * Math.cos(radians(there.lat)) * half(there.lng - here.lng);
  return Math.round(2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(1, chord))));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
