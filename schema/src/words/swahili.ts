import { type Texts, withTime } from "./texts.ts";

export const swahili: Texts = {
  weekdays: ["Jumapili", "Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi"],
  months: ["Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"],
  done: {
    "appointment.book": ({ status, day, when, otherDoctor }) => {
      if (status === "waitlist") return withTime("Uko kwenye orodha ya kusubiri", day);
      const who = otherDoctor ? " kwa daktari mwingine" : "";
      return status === "pending"
        ? withTime(`Nafasi${who}, kliniki itathibitisha`, when)
        : withTime(`Umepata miadi${who}`, when);
    },
    "appointment.hold": ({ when }) => withTime("Umewekewa nafasi, tafadhali thibitisha mapema", when),
    "appointment.confirm": ({ when }) => withTime("Miadi imethibitishwa", when),
    "appointment.decline": () => "Umekataa nafasi hii na unaendelea kusubiri",
    "appointment.reschedule": ({ when, otherDoctor }) =>
      withTime(otherDoctor ? "Miadi imehamishwa kwa daktari mwingine" : "Miadi imehamishwa", when),
    "appointment.cancel": ({ when }) => withTime("Miadi imefutwa", when),
    "appointment.walkIn": ({ queue }) => `Namba yako kwenye foleni: ${queue ?? "uliza kliniki"}`,
  },
  refused: {
    "appointment.book": "Hukupata miadi",
    "appointment.hold": "Hukuwekewa nafasi",
    "appointment.confirm": "Haikuthibitishwa",
    "appointment.decline": "Haikukataliwa",
    "appointment.reschedule": "Miadi haikuhamishwa",
    "appointment.cancel": "Miadi haikufutwa",
    "appointment.walkIn": "Hukupata namba",
  },
  because: "Si ulivyoomba: ",
  but: "Lakini ",
  free: "Nafasi: ",
  reasons: {
    slot_taken: ["muda huo umechukuliwa", "imejaa"],
    slot_not_offered: ["daktari hana muda huo", "haipo"],
    start_passed: ["muda huo umepita", "umechelewa"],
    patient_busy: ["una miadi nyingine wakati huo", "una miadi"],
    visit_unknown: ["aina hiyo ya ziara haipo", "haipo"],
    notice_short: ["umeomba kwa kuchelewa mno", "umechelewa"],
    beyond_horizon: ["ni mbali mno mbele", "mbali mno"],
    day_full: ["siku hiyo imejaa", "imejaa"],
    patient_limit: ["umefikia kikomo cha miadi", "kikomo"],
    deadline_passed: ["hakuna muda kabla ya kuchelewa", "umechelewa"],
    none_nearby: ["hakuna daktari mwingine karibu aliye na nafasi", "imejaa"],
    already_waiting: ["tayari uko kwenye orodha ya kusubiri", "unasubiri"],
    not_found: ["daktari, mgonjwa au miadi haikupatikana", "haikupatikana"],
    forbidden: ["huna ruhusa ya kufanya hivi", "huna ruhusa"],
    hold_limit: ["umewekewa nafasi nyingi mno", "nyingi mno"],
    conflict: ["hali imebadilika", "imebadilika"],
    answer_late: ["jibu limechelewa", "jibu limechelewa"],
    dependency_failed: ["ombi la kabla yake lilikataliwa", "la kabla"],
    rate_limited: ["maombi mengi mno, jaribu baadaye", "jaribu baadaye"],
    parked: ["kuna hitilafu, tafadhali iambie kliniki", "hitilafu"],
    other: ["haikuwezekana kama ulivyoomba", "haikuwezekana"],
  },
  stop: ".",
};
