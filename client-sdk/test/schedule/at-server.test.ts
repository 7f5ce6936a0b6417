import { expect, onTestFinished, test, vi } from "vitest";
import { memoryStore, type Runtime } from "../../src/index.ts";
import { platformRuntime } from "../../src/core.ts";
import {
  clinicAtServer,
  doctorAtServer,
  searchClinicsAtServer,
  searchDoctorsAtServer,
  shareCalendar,
} from "../../src/schedule/index.ts";

const DOCTOR = {
  id: "doctordoctordoct.1",
  name: "Dr Achieng",
  specialities: ["surgery"],
  languages: ["sw", "en"],
};
const CLINIC = {
  id: "clinicclinicclin.1",
  name: "Kitui Health Centre",
  county: "Kitui",
  lat: -1.37,
  lng: 38.01,
};

/** A device that is signed in, and a server that answers everything with the same. */
async function device(answer: unknown) {
  const asked: string[] = [];
  const store = memoryStore();
  await store.transaction("write", (tx) => tx.put("meta", "session", { accessToken: "token" }));
  const runtime: Runtime = {
    ...platformRuntime(),
    fetch: async (url) => {
      asked.push(decodeURIComponent(url));
      return Response.json(answer);
    },
  };
  const hb = { sync: () => Promise.reject(new Error("what is queued need not be sent for this")) };
  return { asked, device: { hb, store, runtime, url: "https://health.example/" } };
}

test("doctors come as the device would show them, with the clinic apart", async () => {
  const { asked, device: open } = await device({
    items: [{ ...DOCTOR, clinic: CLINIC, distanceMetres: 1840, nextFree: "2026-11-30T09:20+03:00" }],
  });
  const found = await searchDoctorsAtServer(open, {
    near: { lat: -1.3667, lng: 38.0106 },
    withinKm: 30,
    speciality: "surgery",
    sort: "nextFree",
    free: { from: "2026-11-30", to: "2026-12-02" },
  });
  expect(found).toEqual([
    {
      doctor: { ...DOCTOR, clinic: CLINIC.id },
      clinic: CLINIC,
      metres: 1840,
      nextFree: "2026-11-30T09:20+03:00",
    },
  ]);
  expect(asked).toEqual([
    "https://health.example/v1/doctors?near=-1.36670,38.01060&withinKm=30&speciality=surgery&sort=nextFree&freeFrom=2026-11-30&freeTo=2026-12-02",
  ]);
});

test("who is not free within the days that have sheets has no next free time", async () => {
  const { device: open } = await device({ items: [{ ...DOCTOR, clinic: CLINIC, distanceMetres: 5 }] });
  const [only] = await searchDoctorsAtServer(open, { near: { lat: 0, lng: 0 } });
  expect(only).toMatchObject({ metres: 5, nextFree: undefined });
});

test("a row that is no doctor is passed over, an answer that is no list is none of this server's", async () => {
  const { device: odd } = await device({
    items: [{ ...DOCTOR, clinic: "elsewhere" }, null, { ...DOCTOR, clinic: CLINIC }],
  });
  expect(await searchDoctorsAtServer(odd, { near: { lat: 0, lng: 0 } })).toHaveLength(1);
  const { device: portal } = await device({ welcome: "to our hotel" });
  await expect(searchDoctorsAtServer(portal, { near: { lat: 0, lng: 0 } })).rejects.toMatchObject({
    code: "offline",
  });
});

test("clinics are found by name", async () => {
  const { asked, device: open } = await device({ items: [CLINIC] });
  expect(await searchClinicsAtServer(open, { name: "kitui health", limit: 8 })).toEqual([CLINIC]);
  expect(asked).toEqual(["https://health.example/v1/clinics?name=kitui health&limit=8"]);
});

test("a clinic is asked for by its id, and comes whole: with the days on which it is closed", async () => {
  const whole = {
    ...CLINIC,
    zone: "Africa/Nairobi",
    holidays: [{ date: "2026-12-12", name: "Jamhuri Day" }],
  };
  const { asked, device: open } = await device(whole);
  expect(await clinicAtServer(open, CLINIC.id)).toEqual(whole);
  expect(asked).toEqual([`https://health.example/v1/clinics/${CLINIC.id}`]);
  const { device: portal } = await device({ welcome: "to our hotel" });
  await expect(clinicAtServer(portal, CLINIC.id)).rejects.toMatchObject({ code: "offline" });
});

test("a doctor is asked for by her id", async () => {
  const whole = { ...DOCTOR, clinic: CLINIC.id };
  const { asked, device: open } = await device(whole);
  expect(await doctorAtServer(open, DOCTOR.id)).toEqual(whole);
  expect(asked).toEqual([`https://health.example/v1/doctors/${DOCTOR.id}`]);
  const { device: portal } = await device({ welcome: "to our hotel" });
  await expect(doctorAtServer(portal, DOCTOR.id)).rejects.toMatchObject({ code: "offline" });
});

test("nobody who is not signed in finds anybody", async () => {
  const { device: open } = await device({ items: [] });
  await open.store.transaction("write", (tx) => tx.delete("meta", "session"));
  await expect(
    searchClinicsAtServer(
      { ...open, hb: { sync: async () => ({ problem: { code: "not_signed_in" } }) as never } },
      {},
    ),
  ).rejects.toMatchObject({ code: "not_signed_in" });
});

test("a page to which the browser lends no cryptography is told so, and makes no link", async () => {
  const { asked, device: open } = await device({});
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  onTestFinished(() => void vi.unstubAllGlobals());
  await expect(shareCalendar(open, {})).rejects.toMatchObject({ code: "vault_unavailable" });
  expect(asked).toEqual([]);
});
