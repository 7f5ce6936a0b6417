import { describe, expect, test } from "vitest";
import {
  decided,
  type GoodRow,
  type ImportRow,
  importItems,
  readImport,
  rowRefs,
} from "../../src/logic/import-rows.ts";
import { patient, PETER, ROSE } from "../support/day.ts";

const KNOWN = patient(1, "Akiru Lopeyok", { born: "1984-07-03", cardNumber: "OP/1001" });

function read(text: string) {
  return readImport(text, {
    today: "2026-11-30",
    now: Date.parse("2026-11-30T12:00+03:00"),
    dialling: "+254",
    doctors: [ROSE, PETER],
    patients: [KNOWN],
    startOf: (_, date, time) => (date < "2026-12-31" ? `${date}T${time}+03:00` : undefined),
  });
}

function good(rows: readonly ImportRow[]): readonly GoodRow[] {
  return rows.filter((row) => row.kind === "good");
}

function faultsOf(line: string): unknown {
  const [row] = read(`name,born,phone,doctor,date,time\n${line}`).rows;
  return row?.kind === "fault" ? row.faults : row?.kind;
}

describe("reading a file of patients and bookings", () => {
  test("a row registers; with a doctor and a time it books as well", () => {
    const [first, second] = good(
      read("name,phone,doctor,date,time\nJohn Ekal,0712345678,,,\nMary Lokwang,,nakiru,2026-12-01,9:20").rows,
    );
    expect(first).toMatchObject({
      details: { name: "John Ekal", phone: "+254712345678" },
      booking: undefined,
    });
    expect(second?.booking).toEqual({ doctor: ROSE, start: "2026-12-01T09:20+03:00", reason: undefined });
  });

  test("columns of clinic-batch are read, others are named", () => {
    const { rows, unused } = read("Patient Name,patient_card,shoe size\nJohn Ekal,OP/7,44");
    expect(good(rows)[0]?.details).toEqual({ name: "John Ekal", cardNumber: "OP/7" });
    expect(unused).toEqual(["shoe size"]);
  });

  test("a file whose first line names nobody is not guessed at", () => {
    expect(read("John Ekal,1984").headless).toBe(true);
    expect(read("").headless).toBe(true);
  });

  test.each([
    [",1984,,,,", [{ code: "name" }]],
    [
      "John,soon,12,,,",
      [
        { code: "field", field: "born", text: "soon" },
        { code: "field", field: "phone", text: "12" },
      ],
    ],
    ["John,,,Strange,2026-12-01,09:00", [{ code: "doctorUnknown", text: "Strange" }]],
    ["John,,,Dr,2026-12-01,09:00", [{ code: "doctorUnclear", text: "Dr" }]],
    ["John,,,Nakiru,2026-12-01,", [{ code: "timeMissing" }]],
    ["John,,,Nakiru,1/12/2026,09:00", [{ code: "noDate" }]],
    ["John,,,Nakiru,2026-12-01,25:00", [{ code: "noTime" }]],
    ["John,,,Nakiru,2027-12-01,09:00", [{ code: "noTimeZone" }]],
    ["John,,,Nakiru,2026-11-29,13:00", [{ code: "past" }]],
    ["John,,,Nakiru,2026-11-30,11:59", [{ code: "past" }]],
    ["John,,,Nakiru,2026-11-30,12:00", "good"],
    ["John,,,,2026-12-01,09:00", [{ code: "noDoctor" }]],
    ["John,1984,,,,,too,many", [{ code: "slipped" }]],
    ['"John,1984', [{ code: "quote" }]],
  ])("%s: says what is wrong", (line, faults) => {
    expect(faultsOf(line)).toEqual(faults);
  });

  test("one bad row harms no other, and comes back as it was", () => {
    const { rows } = read('name,born\nAnne,1984\n"Ben,1990\nCarol,2001');
    expect(rows.map(({ kind }) => kind)).toEqual(["good", "fault", "good"]);
    expect(rows[1]?.text).toBe('"Ben,1990');
  });

  test("whose card is here is not registered again", () => {
    const rows = good(
      read("name,card,born\nA. L.,OP/1001,\nLopeyok Akiru,,3.7.1984\nAkiru Lopeyok,,1984").rows,
    );
    expect(rows.map(({ known }) => known?.id)).toEqual([KNOWN.id, KNOWN.id, undefined]);
    expect(rows[2]?.doubles).toEqual([KNOWN]);
  });
});

describe("whose card a row is", () => {
  const [row, other] = good(read("name,card,born\nA. L.,OP/1001,\nAkiru Lopeyok,,1984").rows);
  const knownAs = (each: GoodRow | undefined, said?: string) =>
    each && decided(each, said === undefined ? {} : { [each.line]: said }).known?.id;

  test("is as it was understood until somebody says otherwise", () => {
    expect([knownAs(row), knownAs(other)]).toEqual([KNOWN.id, undefined]);
    expect(knownAs(other, KNOWN.id)).toBe(KNOWN.id);
  });

  test("is another person's once somebody says so, also where the card's number is known: she is registered and booked for", async () => {
    const [booked] = good(read("name,card,doctor,date,time\nA. L.,OP/1001,Ewoi,2026-12-01,09:20").rows);
    expect(booked?.doubles).toEqual([KNOWN]);
    expect(knownAs(booked, "")).toBeUndefined();
    const another = booked === undefined ? [] : [decided(booked, { [booked.line]: "" })];
    const wishes = { sameDay: false, sameDoctorDays: 0, anyDoctorKm: 0, waitingListDays: 0 };
    const [register, book] = importItems(await rowRefs(another), ROSE.clinic, wishes);
    expect(register).toMatchObject({ type: "patient.register", input: { name: "A. L." } });
    const input = typeof book?.input === "function" ? book.input(["new.1"]) : book?.input;
    expect(input).toMatchObject({ patient: "new.1" });
  });
});

describe("queueing what was read", () => {
  const wishes = { sameDay: true, sameDoctorDays: 0, anyDoctorKm: 0, waitingListDays: 0 };

  test("who is new is registered first, and the booking names her", async () => {
    const rows = good(
      read("name,card,doctor,date,time\nJohn,,Ewoi,2026-12-01,09:00\nA,OP/1001,Ewoi,2026-12-01,09:20").rows,
    );
    const items = importItems(await rowRefs(rows), ROSE.clinic, wishes);
    expect(items.map(({ type }) => type)).toEqual([
      "patient.register",
      "appointment.book",
      "appointment.book",
    ]);
    const inputs = items.map(({ input }) => (typeof input === "function" ? input(["new.1", "x.2"]) : input));
    expect(inputs).toMatchObject([
      { name: "John", clinic: ROSE.clinic },
      { patient: "new.1", doctor: PETER.id, ifTaken: [{ wish: "sameDay" }] },
      { patient: KNOWN.id, start: "2026-12-01T09:20+03:00" },
    ]);
  });

  test("who is in the file twice is registered once", async () => {
    const rows = good(
      read("name,doctor,date,time\nJohn,Ewoi,2026-12-01,09:00\nJohn,Ewoi,2026-12-02,09:00").rows,
    );
    const items = importItems(await rowRefs(rows), ROSE.clinic, wishes);
    expect(items.map(({ type }) => type)).toEqual([
      "patient.register",
      "appointment.book",
      "appointment.book",
    ]);
    const patients = items
      .slice(1)
      .map(({ input }) => (typeof input === "function" ? input(["new.1", "x.2"]) : input));
    expect(patients).toMatchObject([{ patient: "new.1" }, { patient: "new.1" }]);
  });

  test("the same file again has the same references; two like rows have two", async () => {
    const rows = good(read("name,born\nJohn,1984\nJohn,1984\nJohn,1985").rows);
    const refs = (await rowRefs(rows)).map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(3);
    expect((await rowRefs(rows)).map(({ ref }) => ref)).toEqual(refs);
  });
});
