import type { Plant } from "./plants.ts";

/** Bugs of leases: times that are two devices' at once, promises that are not kept. */
export const LEASE_PLANTS: readonly Plant[] = [
  {
    name: "lease-flows-back-at-its-end",
    file: "schema/src/entities/sheet.ts",
    find: '  return state === "f" || (state === "h" && over > 0);',
    put: '  return state === "f" || (state === "h" && (over > 0 || (arguments[0].leased ?? []).some(([, until]) => until <= now)));',
    what: "what a device has not given back by the end of its lease is anybody's, though it may have confirmed it",
  },
  {
    name: "lease-used-and-kept",
    file: "schema/src/operations/lease-use.ts",
    find: "sheet: withoutLease(sheet, slots), slots",
    put: "sheet, slots",
    what: "a time that was confirmed and booked is still leased",
  },
  {
    name: "lease-is-anybodys",
    file: "schema/src/operations/lease-use.ts",
    find: "leasedStarts(sheet, device)",
    put: "leasedStarts(sheet)",
    what: "a device confirms times that another one has to itself",
  },
  {
    name: "lease-late-word-refused",
    file: "schema/src/operations/lease-use.ts",
    find: "  if (first?.instant !== instant) return undefined;",
    put: "  if (first?.instant !== instant || instant * MINUTE_MS < now) return undefined;",
    what: "what was confirmed and arrives after it took place is refused",
  },
  {
    name: "lease-ends-with-the-hours",
    file: "schema/src/operations/sheet-merge.ts",
    find: '(state === "h" || state === "x") && leasedStarts(sheet).has(instant)',
    put: '(state === "h" || state === "x") && leasedStarts(sheet).has(-1)',
    what: "new hours make of a leased time one that somebody has",
  },
  {
    name: "lease-gives-way-to-her-other",
    file: "schema/src/operations/lease-use.ts",
    find: "  return { time: {",
    put: "  if (patientBusy) return undefined;\n  return { time: {",
    what: "what was confirmed is refused because the patient took another time elsewhere",
  },
  {
    name: "lease-given-back-and-kept",
    file: "schema/src/operations/lease-use.ts",
    find: "givenBack(withoutLease(sheet, slots), slots)",
    put: "givenBack(sheet, slots)",
    what: "a time that was given back is still leased",
  },
  {
    name: "lease-used-not-marked",
    file: "schema/src/operations/foreseen.ts",
    find: 'return "leased";',
    put: 'return "nothing";',
    what: "a device takes a time for its own that it has used, until it is shown the sheet",
  },
  {
    name: "lease-forgets-its-word",
    file: "client-sdk/src/replica/overlay.ts",
    find: '    if (input["leased"] && foreseen) return',
    put: '    if (input["leased"] && foreseen?.sum === "") return',
    what: "what a device has confirmed it forgets where it cannot foresee it any more, and confirms again",
  },
  {
    name: "lease-taken-over-another",
    file: "schema/src/operations/lease.ts",
    find: 'state === "f" && isAhead',
    put: '"fh".includes(state) && isAhead',
    what: "a device is given times that another one has, or that are held for somebody",
  },
];
