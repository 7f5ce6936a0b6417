import { describe, expect, test } from "vitest";
import {
  type Actor,
  type CalendarLink,
  type Entities,
  type InputOf,
  judge,
  OPERATIONS,
  type ReadableKind,
  type State,
} from "../../src/index.ts";

const DIGEST = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
const ID = "streamstreamstre.7";
const NOW = 1_795_417_200_000;
const doctor = "doctordoctordoct.1";
const mary: Actor = {
  account: "accountaccountac.1",
  role: "patient",
  clinics: [],
  device: "devicedevicedevi.1",
};
const achieng: Actor = { ...mary, account: "accountaccountac.2", role: "doctor", doctor };
const admin: Actor = { ...mary, account: "accountaccountac.3", role: "administrator" };
const hers: Entities["patient"] = { id: "patientpatientpa.1", name: "Baraka", account: mary.account };
const others: Entities["patient"] = { id: "patientpatientpa.2", name: "Otieno", account: admin.account };
const link: CalendarLink = {
  id: "linklinklinklink.1",
  account: mary.account,
  device: mary.device ?? "",
  of: {},
  names: false,
  status: "active",
  digest: DIGEST,
  madeAt: 5,
};

const held = new Map<string, Entities["patient"] | CalendarLink>([
  [`patient ${hers.id}`, hers],
  [`patient ${others.id}`, others],
  [`calendarLink ${link.id}`, link],
]);
const state: State = {
  get: ((kind: ReadableKind, id: string) => held.get(`${kind} ${id}`)) as State["get"],
};

const share = (actor: Actor | undefined, input: Omit<InputOf<"calendar.share">, "digest">) =>
  OPERATIONS["calendar.share"].decide(state, { ...input, digest: DIGEST }, { actor, now: NOW, id: ID });
const unshare = (actor: Actor | undefined, id: string) =>
  OPERATIONS["calendar.unshare"].decide(state, { link: id }, { actor, now: NOW, id: ID });

describe("calendar.share", () => {
  test.each([
    ["a doctor her own", achieng, { of: { doctor } }],
    ["a doctor her own with names", achieng, { of: { doctor }, names: true }],
    ["somebody a patient's she acts for", mary, { of: { patient: hers.id } }],
    ["somebody those of all she acts for", mary, { of: {} }],
  ] as const)("makes %s", (_what, actor, input: Omit<InputOf<"calendar.share">, "digest">) => {
    expect(share(actor, input)).toEqual({
      status: "applied",
      changes: [
        {
          kind: "calendarLink",
          entity: {
            id: ID,
            account: actor.account,
            device: actor.device,
            of: input.of,
            names: input.names ?? false,
            status: "active",
            digest: DIGEST,
            madeAt: NOW,
          },
        },
      ],
    });
  });

  test.each([
    ["nobody", undefined, { of: {} }, "forbidden", undefined],
    [
      "the server itself",
      { account: "system", role: "system", clinics: [] },
      { of: {} },
      "forbidden",
      undefined,
    ],
    ["a patient, of a doctor", mary, { of: { doctor } }, "not_found", "input.of.doctor"],
    ["an administrator, of a doctor", admin, { of: { doctor } }, "not_found", "input.of.doctor"],
    ["somebody, of another's patient", mary, { of: { patient: others.id } }, "not_found", "input.of.patient"],
    ["a doctor, of a patient", achieng, { of: { patient: hers.id } }, "not_found", "input.of.patient"],
    ["a doctor, of nobody named", achieng, { of: {} }, "forbidden", "input.of"],
    [
      "anybody, of two at once",
      achieng,
      { of: { doctor, patient: hers.id } },
      "malformed",
      "input.of.patient",
    ],
    ["a patient with names", mary, { of: {}, names: true }, "malformed", "input.names"],
  ] as const)("refuses %s", (_who, actor, input, code, path) => {
    expect(share(actor, input)).toMatchObject({ status: "rejected", problem: { code, path } });
  });

  test("takes a digest, never a secret or a word more, and is not for a device's queue", () => {
    const shape = OPERATIONS["calendar.share"].input;
    expect(shape.safeParse({ digest: DIGEST, of: {} }).success).toBe(true);
    for (const bad of [
      { digest: `${DIGEST}x`, of: {} },
      { digest: "short", of: {} },
      { digest: DIGEST },
      { digest: DIGEST, of: {}, secret: "x" },
    ])
      expect(shape.safeParse(bad).success).toBe(false);
    expect(judge("calendar.share", { digest: DIGEST, of: {} })).toMatchObject({
      problem: { code: "unsupported" },
    });
  });
});

describe("calendar.unshare", () => {
  test.each([
    ["who made it", mary],
    ["an administrator", admin],
  ])("lets %s end a link", (_who, actor) => {
    expect(unshare(actor, link.id)).toEqual({
      status: "applied",
      changes: [{ kind: "calendarLink", entity: { ...link, status: "ended" } }],
    });
  });

  test("does not tell others that there is one", () => {
    const absent = unshare(achieng, "linklinklinklink.2");
    expect(unshare(achieng, link.id)).toEqual(absent);
    expect(absent).toMatchObject({ status: "rejected", problem: { code: "not_found", path: "input.link" } });
  });
});
