const MINUTE_MS = 60_000;

/** How long something is still kept, as far as this device's clock can tell. */
export interface TimeLeft {
  /** `moment`: less than a minute; `over`: no time at all */
  readonly unit: "over" | "moment" | "minutes" | "hours" | "days";
  readonly count: number;
}

/** In whole minutes below an hour, else in hours, else in days. Never "0 minutes": that says neither that one has to be quick nor that it is too late. */
export function timeLeft(until: number, now: number): TimeLeft {
  if (until <= now) return { unit: "over", count: 0 };
  const minutes = Math.floor((until - now) / MINUTE_MS);
  if (minutes < 1) return { unit: "moment", count: 0 };
  if (minutes < 60) return { unit: "minutes", count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? { unit: "hours", count: hours } : { unit: "days", count: Math.floor(hours / 24) };
}
