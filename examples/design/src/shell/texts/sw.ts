import type { Catalogue } from "../speech.ts";
import type { ShellKey } from "./en.ts";

/** What the shell says, in Swahili. */
export const sw: Catalogue<ShellKey> = {
  language: "Lugha",
  close: "Funga",
  cancel: "Ghairi",
  back: "Rudi",
  tryAgain: "Jaribu tena",
  opening: "Inafunguliwa",

  whoAreYou: "Wewe ni nani?",
  whoLead: "Watu kadhaa wanatumia kifaa hiki. Vitu vya kila mtu vimefungwa kwa PIN yake.",
  somebodyElse: "Mtu mwingine",
  waitingHere: { one: "Jambo {n} linasubiri kutumwa", other: "Mambo {n} yanasubiri kutumwa" },

  signIn: "Ingia",
  signInLead: "Mara ya kwanza hapa inahitaji mtandao. Baadaye programu inafunguka bila mtandao.",
  signInAgain: "Ingia tena",
  signInAgainLead: "Vyote vilivyohifadhiwa hapa vinabaki. Vitatumwa ukishaingia.",
  login: "Jina la mtumiaji",
  password: "Nenosiri",
  showPassword: "Onyesha nenosiri",
  needLogin: "Andika jina lako la mtumiaji.",
  needPassword: "Andika nenosiri lako.",
  credentialsWrong: "Jina la mtumiaji au nenosiri si sahihi. Angalia yote mawili, kisha jaribu tena.",
  offline: "Seva haipatikani. Kuingia kunahitaji mtandao; jaribu tena ukipatikana.",
  rateLimited: "Umejaribu mara nyingi mno. Subiri dakika moja, kisha jaribu tena.",
  notNow: "Haikufaulu kwa sasa. Jaribu tena baada ya muda mfupi.",
  otherApp: "Akaunti hii si ya programu hii. Programu yake iko {address}.",

  choosePin: "Chagua PIN ya kifaa hiki",
  choosePinLead:
    "Inafungua programu, hata bila mtandao. Bila PIN hakuna anayeweza kusoma kilichohifadhiwa hapa.",
  pinLength: { one: "Tarakimu {n} au zaidi", other: "Tarakimu {n} au zaidi" },
  repeatPin: "PIN ile ile tena",
  pinsDiffer: "Hizo zilikuwa PIN mbili tofauti. Chagua upya.",
  pinOf: "PIN ya {name}",
  alreadyHere: "Tayari uko kwenye kifaa hiki. PIN yako inafungua vitu vyako.",
  pinWrong: "Hiyo siyo PIN.",
  pinTriesLeft: {
    one: "Hiyo siyo PIN. Jaribio {n} zaidi kabla ya kulazimika kusubiri.",
    other: "Hiyo siyo PIN. Majaribio {n} zaidi kabla ya kulazimika kusubiri.",
  },
  pinWait: "PIN isiyo sahihi imewekwa mara nyingi mno. Subiri {time} kabla ya kujaribu tena.",
  pinWeak: "PIN hiyo ni rahisi kukisia. Chagua nyingine.",
  newPin: "PIN mpya",
  oldPin: "PIN yako ya sasa",
  changePin: "Badilisha PIN",
  pinChanged: "PIN imebadilishwa.",
  usePasskey: "Tumia alama ya kidole, uso au kufuli la skrini",
  addPasskey: "Fungua kwa alama ya kidole, uso au kufuli la skrini",
  passkeyAdded: "Kuanzia sasa hiyo pia inafungua.",
  passkeyRefused: "Haikufaulu. PIN inafungua kama kawaida.",
  deleteDigit: "Futa tarakimu ya mwisho",
  done: "Tayari",
  forgotPin: "Nimesahau PIN yangu",
  forgotLead:
    "Bila PIN hakuna anayeweza kusoma kilichohifadhiwa hapa kwa {name}. Unaweza kuanza upya kwa nenosiri lako: kilichotumwa kiko kwenye seva na kitarudi.",
  forgotLoses: {
    one: "Jambo {n} ambalo halijatumwa litapotea.",
    other: "Mambo {n} ambayo hayajatumwa yatapotea.",
  },
  forgotUnsure: "Ambayo hayajatumwa yatapotea.",
  startOver: "Futa na uanze upya",

  lockNow: "Funga kwa PIN sasa",
  signOut: "Ondoka",
  signOutSent:
    "Vyote vimetumwa. Vyako vilivyo kwenye kifaa hiki vitafutwa, pamoja na ulichoanza kuandika bila kutuma.",
  signOutWaiting: {
    one: "Jambo {n} halijatumwa. Litabaki kwenye kifaa hiki, limefungwa kwa ajili yako, na litatumwa utakapoingia tena hapa.",
    other:
      "Mambo {n} hayajatumwa. Yatabaki kwenye kifaa hiki, yamefungwa kwa ajili yako, na yatatumwa utakapoingia tena hapa.",
  },
  signedOut: "{name} ameondoka.",
  signedOutWaiting: {
    one: "{name} ameondoka. Jambo {n} linabaki hapa, limefungwa, hadi atakapoingia tena.",
    other: "{name} ameondoka. Mambo {n} yanabaki hapa, yamefungwa, hadi atakapoingia tena.",
  },

  lookingForNews: "Inatafuta mapya",
  sending: { one: "Inatuma, limebaki {n}", other: "Inatuma, yamebaki {n}" },
  waiting: { one: "{n} linasubiri kutumwa", other: "{n} yanasubiri kutumwa" },
  allSent: "Vyote vimetumwa",
  nothingWaiting: "Hakuna kinachosubiri",
  noConnection: "hakuna mtandao",
  pleaseSignIn: "tafadhali ingia",
  pleaseUpdate: "tafadhali sasisha programu",
  sendNow: "Tuma sasa",
  toBeSent: "inasubiri kutumwa",
  certainHere: "hakika, inasubiri kutumwa",

  becameOfIt: "Matokeo",
  understood: "Nimeelewa",
  notDone: "Haikufanyika: {what}",

  newVersion: "Toleo jipya la programu limefika.",
  useNow: "Litumie sasa",
  pinOnce: "Utaombwa PIN yako mara moja.",
  spaceTight: "Kifaa hiki kinakaribia kujaa. Unachofanya bado kinahifadhiwa; punguza vitu hivi karibuni.",
  spaceFull: "Kifaa hiki kimejaa. Ya dharura tu ndiyo yanaweza kuhifadhiwa: punguza vitu sasa.",
  evicted: {
    one: "Kifaa hiki kimetupa kilichohifadhiwa na programu. Jambo {n} ambalo halikutumwa limepotea.",
    other: "Kifaa hiki kimetupa kilichohifadhiwa na programu. Mambo {n} ambayo hayakutumwa yamepotea.",
  },
  evictedNothing:
    "Kifaa hiki kimetupa kilichohifadhiwa na programu. Vyote vilikuwa vimetumwa: ingia na vitarudi.",
  mayBeThrown: "Nafasi ikipungua, kifaa hiki kinaweza kutupa kilichohifadhiwa hapa.",
  keepIt: "Kihifadhi salama",

  viewBroken: "Haikuweza kuonyeshwa",
  viewBrokenLead: "Uliyofanya yamehifadhiwa kwenye kifaa hiki; hakuna kilichopotea.",
  broken: "Haikuweza kufunguliwa",
  brokenLead:
    "Hakuna kilichohifadhiwa hapa kilichobadilishwa. Funga madirisha mengine ya programu hii, kisha jaribu tena.",
  brokenFull: "Kifaa hiki kimejaa. Punguza vitu, kisha jaribu tena.",
  needsHttps:
    "Ukurasa huu hauko kwenye anwani salama (https), hivyo unachohifadhi hakiwezi kufungwa. Muulize anayeendesha seva anwani iliyo salama.",
  brokenCode: "Ikitokea tena, mwambie anayekusaidia: {code}",
};
