import { LIMITS } from "@healthbridge/schema";

/**
 * What the replayed demand is made of, in one place. Ratios, weekdays, load, lead and horizon are the defaults of medscheduler (carogaltier/medscheduler, as its
 * documentation gives them), each with the source it names. Nobody measured the rest for us: it is assumed, and named here so that it can be argued with.
 */

/** What becomes of an appointment, per thousand; what is left over nobody noted. NHS England's hospital outpatient activity of 2023-24. */
export const FATES = { attended: 773, cancelled: 164, missed: 59, unnoted: 4 } as const;
export type Fate = keyof typeof FATES;

/** How wanted a weekday is, from Monday on. Outpatients in Scotland (Ellis and Jenkins 2012), who are seen from Monday to Friday; medscheduler drew the line on to Sunday. */
export const WEEKDAYS = [1.2, 1.28, 1.19, 1.1, 0.76, 0.79, 0.69] as const;

/** Requests over slots: a well-run practice is booked to nine tenths (Buttz 2004). The figures at the top of the result are those of `MAIN_LOAD`. */
export const MAIN_LOAD = 0.9;
export const OTHER_LOADS = [0.7, 1.1] as const;

/** Days between asking and the wanted day: exponential with this median, drawn anew beyond the horizon. Primary care in the USA (Grande and others 2018). */
export const LEAD_MEDIAN_DAYS = 10;
/** How far ahead anybody asks (Woodcock and others 2020). The replay begins so many days before the first wanted day. */
export const HORIZON_DAYS = 30;
/** Wanted days: three whole weeks. */
export const WANTED_DAYS = 21;

/** Assumed: half of all requests come from clinic devices without a network, the others from people who are online and see what is free. */
export const OFFLINE_PERCENT = 50;
/** Assumed: of a clinic's requests so many are for one of its own doctors, the others for a doctor nearby. */
export const OWN_DOCTOR_PERCENT = 70;
/** Assumed: one clinic device for every two doctors. */
export const DOCTORS_PER_CLINIC = 2;

/** Assumed: a doctor's day, every day of the week. */
export const OPENS = 8 * 60;
export const SLOT_MINUTES = 30;
export const SLOTS_A_DAY = 8;

/** Assumed: people ask between these minutes of a day, and devices find a network between them. */
export const WAKING = { from: 7 * 60, to: 19 * 60 } as const;

/** Assumed: how clinics come by a network, a third of them each. */
export const NETWORKS = ["three times a day", "in the evening", "every few days"] as const;
export type Network = (typeof NETWORKS)[number];

/** How far a request reaches when its time is gone, on the screen of whoever looks and in its wishes alike. */
export const REACH = { days: 7, km: 25 } as const;

/**
 * Assumed: a lease ends as late as the server allows, for the later it ends the farther the days it may have (up to a week after it). What keeps it short is that a
 * device gives back and takes anew whenever it has a network.
 */
export const LEASE_DAYS = LIMITS.leaseDays;
/**
 * Assumed: a device takes one time of each of its own doctors' days. A clinic's offline requests for a doctor's day are 2.5 (nine tenths of eight slots, half of them
 * offline, seven tenths of these for an own doctor), made over the thirty days before it: in the longest time without a network fewer than one of them.
 */
export const LEASE_MOST = 1;
