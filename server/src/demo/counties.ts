type Names = readonly [string, ...string[]];

/** People of a region: how they may be called, and what they speak beside Swahili and English. */
export interface People {
  readonly language: string;
  readonly women: Names;
  readonly men: Names;
  readonly families: Names;
}

/** Given names in use all over the country. */
export const WOMEN: Names = [
  "Mary",
  "Grace",
  "Faith",
  "Mercy",
  "Esther",
  "Jane",
  "Lucy",
  "Agnes",
  "Caroline",
  "Ruth",
  "Beatrice",
  "Lydia",
  "Purity",
  "Eunice",
];
export const MEN: Names = [
  "John",
  "Peter",
  "Joseph",
  "Samuel",
  "David",
  "James",
  "Daniel",
  "Paul",
  "Stephen",
  "Brian",
  "Kelvin",
  "Patrick",
  "Francis",
  "Moses",
];
const MUSLIM_WOMEN: Names = ["Amina", "Fatuma", "Halima", "Zainab", "Mariam", "Khadija", "Asha", "Rukia"];
const MUSLIM_MEN: Names = ["Hassan", "Abdi", "Ali", "Omar", "Ibrahim", "Yusuf", "Salim", "Mohamed"];

/** Languages as in ISO 639; the names are common ones, put together by chance: nobody real is meant. */
const PEOPLES = {
  kikuyu: {
    language: "ki",
    women: ["Wanjiru", "Wambui", "Njeri", "Wangari", "Nyambura", "Wairimu"],
    men: ["Kamau", "Mwangi", "Njoroge", "Kariuki", "Maina", "Gitau"],
    families: ["Kamau", "Mwangi", "Njoroge", "Kariuki", "Maina", "Waweru", "Ndung'u", "Kimani"],
  },
  luo: {
    language: "luo",
    women: ["Achieng", "Akinyi", "Atieno", "Awuor", "Adhiambo", "Anyango"],
    men: ["Otieno", "Ochieng", "Omondi", "Odhiambo", "Onyango", "Okoth"],
    families: ["Otieno", "Odhiambo", "Ouma", "Owino", "Oduor", "Okello", "Ogutu", "Were"],
  },
  luhya: {
    language: "luy",
    women: ["Nafula", "Nekesa", "Naliaka", "Khasandi", "Auma", "Nasimiyu"],
    men: ["Wafula", "Barasa", "Wekesa", "Simiyu", "Juma", "Shikuku"],
    families: ["Wafula", "Barasa", "Wanyama", "Wekesa", "Makokha", "Simiyu", "Shitanda", "Mukhwana"],
  },
  kalenjin: {
    language: "kln",
    women: ["Chebet", "Jepkosgei", "Cherono", "Jepchirchir", "Chepkemoi", "Jelagat"],
    men: ["Kiprono", "Kipchoge", "Kiplagat", "Cheruiyot", "Kiptoo", "Kibet"],
    families: ["Koech", "Cheruiyot", "Langat", "Rotich", "Kosgei", "Kiptoo", "Bett", "Sang"],
  },
  kamba: {
    language: "kam",
    women: ["Mwende", "Nduku", "Mueni", "Kavata", "Syombua", "Katunge"],
    men: ["Mutua", "Musyoka", "Kioko", "Muthama", "Mwendwa", "Kyalo"],
    families: ["Mutua", "Musyoka", "Kilonzo", "Muli", "Wambua", "Mutisya", "Nzioka", "Kitonga"],
  },
  kisii: {
    language: "guz",
    women: ["Kemunto", "Moraa", "Kerubo", "Bosibori", "Nyaboke"],
    men: ["Ombati", "Nyakundi", "Makori", "Ondieki", "Onsongo"],
    families: ["Nyakundi", "Ondieki", "Mogaka", "Nyamweya", "Onchiri", "Momanyi"],
  },
  meru: {
    language: "mer",
    women: ["Kendi", "Karimi", "Nkatha", "Gakii", "Mwendwa"],
    men: ["Mutuma", "Muriuki", "Kirimi", "Mwiti", "Murithi"],
    families: ["Muriuki", "M'Imanyara", "Kinyua", "Murithi", "Gitonga", "Mugambi"],
  },
  maasai: {
    language: "mas",
    women: ["Naserian", "Nashipae", "Siantei", "Resiato"],
    men: ["Lemayian", "Saitoti", "Leteipa", "Parsaloi"],
    families: ["Ole Nkaissery", "Saitoti", "Sankale", "Nkoitoi", "Kasaine", "Tipis"],
  },
  samburu: {
    language: "saq",
    women: ["Naisula", "Nkirote", "Nolkireu"],
    men: ["Lekuta", "Lolosoli", "Leparachao"],
    families: ["Lesuuda", "Lekalkuli", "Leshore", "Lolosoli"],
  },
  turkana: {
    language: "tuv",
    women: ["Akiru", "Nakiru", "Apua", "Akai"],
    men: ["Ekai", "Lokiru", "Ekiru", "Ewoi"],
    families: ["Ekai", "Lokwawi", "Lopeyok", "Ekuwom", "Nakara"],
  },
  coast: {
    language: "nyf",
    women: [...MUSLIM_WOMEN, "Kadzo", "Mbeyu"],
    men: [...MUSLIM_MEN, "Kazungu", "Charo"],
    families: ["Kazungu", "Charo", "Mwakio", "Karisa", "Said", "Bakari", "Mwinyi", "Katana"],
  },
  taita: {
    language: "dav",
    women: ["Mkamburi", "Wakesho", "Mghoi"],
    men: ["Mwakio", "Mwangombe", "Mwandawiro"],
    families: ["Mwakio", "Mwandoe", "Mwashigadi", "Mghanga"],
  },
  somali: {
    language: "so",
    women: MUSLIM_WOMEN,
    men: MUSLIM_MEN,
    families: ["Abdullahi", "Mohamed", "Hussein", "Farah", "Adan", "Noor", "Sheikh", "Dahir"],
  },
  borana: {
    language: "om",
    women: [...MUSLIM_WOMEN, "Qabale", "Dhaki"],
    men: [...MUSLIM_MEN, "Guyo", "Galgalo"],
    families: ["Guyo", "Galgalo", "Wario", "Halake", "Dida", "Boru"],
  },
} as const satisfies Readonly<Record<string, People>>;

const HOMES: Readonly<Record<keyof typeof PEOPLES, readonly string[]>> = {
  kikuyu: [
    "Kiambu",
    "Nyeri",
    "Muranga",
    "Murang'a",
    "Kirinyaga",
    "Nyandarua",
    "Nakuru",
    "Laikipia",
    "Nairobi",
  ],
  luo: ["Kisumu", "Siaya", "Homa Bay", "Migori"],
  luhya: ["Kakamega", "Bungoma", "Busia", "Vihiga", "Trans Nzoia"],
  kalenjin: [
    "Uasin Gishu",
    "Nandi",
    "Kericho",
    "Bomet",
    "Baringo",
    "Elgeyo Marakwet",
    "Elgeyo-Marakwet",
    "West Pokot",
  ],
  kamba: ["Kitui", "Machakos", "Makueni"],
  kisii: ["Kisii", "Nyamira"],
  meru: ["Meru", "Tharaka Nithi", "Tharaka-Nithi", "Embu"],
  maasai: ["Kajiado", "Narok"],
  samburu: ["Samburu"],
  turkana: ["Turkana"],
  coast: ["Mombasa", "Kilifi", "Kwale", "Lamu", "Tana River"],
  taita: ["Taita Taveta", "Taita-Taveta"],
  somali: ["Garissa", "Wajir", "Mandera"],
  borana: ["Marsabit", "Isiolo"],
};

const BY_COUNTY: ReadonlyMap<string, People> = new Map(
  Object.entries(PEOPLES).flatMap(([name, people]) =>
    Object.entries(HOMES).flatMap(([home, counties]) =>
      home === name ? counties.map((county): [string, People] => [county, people]) : [],
    ),
  ),
);

/** The people most at home in a county. Everywhere live others too; this is for made-up names. */
export function peopleOf(county: string): People {
  return BY_COUNTY.get(county) ?? PEOPLES.kikuyu;
}
