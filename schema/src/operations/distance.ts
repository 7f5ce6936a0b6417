/** A place on earth, degrees (WGS 84); without both it is nowhere. */
interface Place {
  readonly lat?: number | undefined;
  readonly lng?: number | undefined;
}

const EARTH_METRES = 6_371_009;

/** Metres between two places as the crow flies, on a sphere (haversine; off by 0.5 % at most). `undefined` where one of them is nowhere. */
export function metresBetween(from: Place | undefined, to: Place | undefined): number | undefined {
  if (from?.lat === undefined || from.lng === undefined) return undefined;
  if (to?.lat === undefined || to.lng === undefined) return undefined;
  const [lat, otherLat] = [radians(from.lat), radians(to.lat)];
  const half = (angle: number): number => Math.sin(angle / 2) ** 2;
  const chord = half(otherLat - lat) + Math.cos(lat) * Math.cos(otherLat) * half(radians(to.lng - from.lng));
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
