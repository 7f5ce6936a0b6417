const MINUTE_MS = 60_000;

/** How long something is still kept: in whole minutes below an hour, else in hours, else in days. */
export function timeLeft(
  until: number,
  now: number,
): { readonly unit: "minutes" | "hours" | "days"; readonly count: number } {
  const minutes = Math.max(0, Math.floor((until - now) / MINUTE_MS));
  if (minutes < 60) return { unit: "minutes", count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? { unit: "hours", count: hours } : { unit: "days", count: Math.floor(hours / 24) };
}
