import type { Catalogue } from "../../shell/speech.ts";
import type { CallKey } from "./en.ts";

/** What is said around a call, in Swahili. */
export const sw: Catalogue<CallKey> = {
  callClose: "Funga",
  call: "Piga simu",
  callNoSupport: "Kivinjari hiki hakiwezi kupiga simu",
  callNoLine: "Hakuna muunganisho wa moja kwa moja na seva: huwezi kupiga simu sasa",
  callBusy: "Kuna simu tayari",
  callWith: "Simu na {name}",
  callOpening: "Maikrofoni inafunguliwa",
  callCalling: "Inapiga: inalia kwao wakiwa mtandaoni",
  callRinging: "anakupigia simu",
  callConnecting: "Inaunganisha",
  callTalking: "Mnaongea",
  callWeak: "Muunganisho ni dhaifu: inajaribu",
  callOver: "Simu imekwisha",
  callDeclined: "Hawawezi kuongea sasa",
  callTheyAreBusy: "Wako kwenye simu nyingine",
  callUnanswered: "Hakuna aliyejibu",
  callMissed: "Simu ambayo hukuipokea",
  callElsewhere: "Imepokelewa kwenye kifaa kingine",
  callLost: "Muunganisho umepotea",
  callNobodyCalled: "Hakuna aliyepigiwa",
  callAnswer: "Pokea",
  callDecline: "Kataa",
  callListen: "Sikiliza tu",
  callHangUp: "Kata simu",
  callMute: "Nyamazisha",
  callUnmute: "Ongea tena",
  callShow: "Onyesha picha yako",
  callHide: "Ficha picha yako",
  theirPicture: "Picha ya {name}",
  ownPicture: "Picha yako mwenyewe",
  helpDenied:
    "Ukurasa huu hauruhusiwi kutumia maikrofoni. Uruhusu kwenye kivinjari, au sikiliza tu: basi hawatakusikia.",
  helpMissing:
    "Hakuna maikrofoni hapa, au kitu kingine kinaitumia. Unaweza kusikiliza tu: basi hawatakusikia.",
  helpNoRelay:
    "Seva hii haina kipitishi (TURN): kati ya mitandao miwili ya simu, simu moja kati ya tano haipati njia.",
  helpNoCamera: "Kamera haikufunguka.",
  helpLost:
    "Hakukupatikana njia kati ya vifaa viwili, au imekatika. Jaribu tena, au andika: ujumbe unasubiri hadi wawepo.",
  helpWrite: "Andika ujumbe badala yake: unasubiri hadi wawepo.",
};
