import { type Texts, withTime } from "./texts.ts";

export const english: Texts = {
  weekdays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  done: {
    "appointment.book": ({ status, day, when, otherDoctor }) => {
      if (status === "waitlist") return withTime("You are on the waiting list", day);
      const who = otherDoctor ? " with another doctor" : "";
      return withTime(status === "pending" ? `Kept${who}, clinic to confirm` : `Booked${who}`, when);
    },
    "appointment.hold": ({ when }) => withTime("Kept for you, please confirm soon", when),
    "appointment.confirm": ({ when }) => withTime("Confirmed", when),
    "appointment.decline": () => "You declined this time and go on waiting",
    "appointment.reschedule": ({ when, otherDoctor }) =>
      withTime(otherDoctor ? "Moved, with another doctor" : "Moved", when),
    "appointment.cancel": ({ when }) => withTime("Cancelled", when),
    "appointment.walkIn": ({ queue }) => `Your number in the queue: ${queue ?? "ask the clinic"}`,
  },
  refused: {
    "appointment.book": "Not booked",
    "appointment.hold": "Not kept",
    "appointment.confirm": "Not confirmed",
    "appointment.decline": "Not declined",
    "appointment.reschedule": "Not moved",
    "appointment.cancel": "Not cancelled",
    "appointment.walkIn": "No number given",
  },
  because: "Not as asked: ",
  but: "But ",
  free: "Free: ",
  reasons: {
    slot_taken: ["the time is taken", "full"],
    slot_not_offered: ["the doctor has no such time", "not offered"],
    start_passed: ["the time had passed", "too late"],
    patient_busy: ["you have another appointment then", "you are busy"],
    visit_unknown: ["no such kind of visit", "not offered"],
    notice_short: ["too short notice", "too late"],
    beyond_horizon: ["too far ahead", "too far"],
    day_full: ["the day is full", "full"],
    patient_limit: ["you have as many appointments as allowed", "your limit"],
    deadline_passed: ["no time left before it would be too late", "too late"],
    none_nearby: ["no other doctor nearby is free", "full"],
    already_waiting: ["you are on the waiting list already", "on the list"],
    not_found: ["the doctor, patient or appointment was not found", "not found"],
    forbidden: ["you may not do this", "not allowed"],
    hold_limit: ["too many times are kept for you", "too many kept"],
    conflict: ["it has changed meanwhile", "has changed"],
    answer_late: ["the answer came too late", "answer too late"],
    dependency_failed: ["something it needs was refused", "needs another"],
    rate_limited: ["too many requests, try later", "try later"],
    parked: ["it broke on the server, please tell the clinic", "broke"],
    other: ["it could not be done as it was asked", "not possible"],
  },
  stop: ".",
};
