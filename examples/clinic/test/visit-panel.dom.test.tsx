import { useAppointments } from "@healthbridge/client-sdk/react";
import { expect, test, vi } from "vitest";
import { VisitPanel } from "../src/parts/visit-panel.tsx";
import { desk, text } from "./support/desk.tsx";

vi.mock("react", () => import("preact/compat"));

function Visits() {
  const visits = useAppointments();
  return (
    <>
      {visits.map((visit) => (
        <VisitPanel key={visit.id} visit={visit} onDone={() => undefined} />
      ))}
    </>
  );
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

test("whoever looks at a cancelled appointment reads who cancelled it, and the reason that was given", async () => {
  const { server, doctor, hb, show } = await desk();
  const appointment = server.bookElsewhere({ doctor: doctor.id, start: `${tomorrow}T09:00+03:00` });
  server.apply("appointment.cancel", { appointment, by: "patient", reason: "The road is flooded" });
  await hb.sync();
  await show(<Visits />);
  expect(text()).toContain("Cancelled by the patient: The road is flooded");
});

test("where no reason was given it says who cancelled, and no more", async () => {
  const { server, doctor, hb, show } = await desk();
  const appointment = server.bookElsewhere({ doctor: doctor.id, start: `${tomorrow}T09:00+03:00` });
  server.apply("appointment.cancel", { appointment, by: "clinic" });
  await hb.sync();
  await show(<Visits />);
  expect(text()).toContain("Cancelled by the clinic.");
});
