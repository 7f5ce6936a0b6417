import { type Texts, withTime } from "./texts.ts";

export const hindi: Texts = {
  weekdays: ["रवि", "सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि"],
  months: ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
  done: {
    "appointment.book": ({ status, day, when, otherDoctor }) => {
      if (status === "waitlist") return withTime("आप प्रतीक्षा सूची में हैं", day);
      const who = otherDoctor ? "दूसरे डॉक्टर के साथ " : "";
      return withTime(status === "pending" ? `${who}समय रखा, पुष्टि बाकी` : `${who}अपॉइंटमेंट तय`, when);
    },
    "appointment.hold": ({ when }) => withTime("समय आपके लिए रखा है, जल्दी पुष्टि करें", when),
    "appointment.confirm": ({ when }) => withTime("अपॉइंटमेंट की पुष्टि हुई", when),
    "appointment.decline": () => "आपने यह समय छोड़ा, प्रतीक्षा जारी है",
    "appointment.reschedule": ({ when, otherDoctor }) =>
      withTime(otherDoctor ? "दूसरे डॉक्टर के साथ नया समय" : "अपॉइंटमेंट का नया समय", when),
    "appointment.cancel": ({ when }) => withTime("अपॉइंटमेंट रद्द हुई", when),
    "appointment.walkIn": ({ queue }) => `कतार में आपका नंबर: ${queue ?? "क्लिनिक से पूछें"}`,
  },
  refused: {
    "appointment.book": "अपॉइंटमेंट नहीं मिली",
    "appointment.hold": "समय नहीं रखा गया",
    "appointment.confirm": "पुष्टि नहीं हुई",
    "appointment.decline": "उत्तर नहीं माना गया",
    "appointment.reschedule": "समय नहीं बदला",
    "appointment.cancel": "रद्द नहीं हुई",
    "appointment.walkIn": "नंबर नहीं मिला",
  },
  because: "माँग से अलग: ",
  but: "लेकिन ",
  free: "खाली: ",
  reasons: {
    slot_taken: ["वह समय भर गया", "भरा"],
    slot_not_offered: ["डॉक्टर का ऐसा समय नहीं है", "समय नहीं"],
    start_passed: ["वह समय बीत चुका था", "देर"],
    patient_busy: ["तब आपकी दूसरी अपॉइंटमेंट है", "व्यस्त"],
    visit_unknown: ["इस तरह की मुलाक़ात नहीं होती", "समय नहीं"],
    notice_short: ["बहुत कम समय बचा था", "देर"],
    beyond_horizon: ["तारीख़ बहुत दूर है", "बहुत दूर"],
    day_full: ["वह दिन भर गया", "भरा"],
    patient_limit: ["आपकी अपॉइंटमेंट की सीमा पूरी है", "सीमा"],
    deadline_passed: ["देर होने से पहले कोई समय नहीं", "देर"],
    none_nearby: ["पास में कोई और डॉक्टर खाली नहीं", "भरा"],
    already_waiting: ["आप पहले से प्रतीक्षा सूची में हैं", "सूची"],
    not_found: ["डॉक्टर, मरीज़ या अपॉइंटमेंट नहीं मिली", "नहीं मिला"],
    forbidden: ["आपको इसकी अनुमति नहीं है", "अनुमति नहीं"],
    hold_limit: ["आपके लिए बहुत समय रखे जा चुके हैं", "बहुत रखे"],
    conflict: ["इस बीच स्थिति बदल गई", "बदल गई"],
    answer_late: ["उत्तर देर से आया", "उत्तर देर से"],
    dependency_failed: ["इससे पहले का अनुरोध नहीं माना गया", "पहला रुका"],
    rate_limited: ["बहुत अनुरोध हुए, बाद में कोशिश करें", "बाद में"],
    parked: ["सर्वर में गड़बड़ी हुई, क्लिनिक को बताएँ", "गड़बड़ी"],
    other: ["जैसा माँगा वैसा नहीं हो सका", "नहीं हो सका"],
  },
  stop: "।",
};
