/** The languages of the apps. */
export const LANGUAGES = { en: "English", sw: "Kiswahili", hi: "हिन्दी" } as const;
export type Language = keyof typeof LANGUAGES;

/** A text, or one for each plural form that the language has (`one`, `few`, `many` …; `other` always). `{name}` stands for a value; `{n}` decides the form. */
export type Text =
  | string
  | ({ readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>);
export type Catalogue<K extends string = string> = Readonly<Record<K, Text>>;
/** What stands for `{name}`. Numbers are written as the language writes them. */
export type Values = Readonly<Record<string, string | number>>;

/** Says things in one language. */
export interface Speech<K extends string> {
  readonly language: Language;
  /** A text of the catalogue. */
  readonly t: (key: K, values?: Values) => string;
  /** 1,234.5 */
  readonly number: (value: number, options?: Intl.NumberFormatOptions) => string;
  /** `unit` as `Intl` knows it: "3 seconds", "12 km" */
  readonly amount: (value: number, unit: string, display?: "long" | "short") => string;
  /** a fee: minor units, as the SDK has them */
  readonly money: (fee: { readonly amount: number; readonly currency: string }) => string;
  /** "a, b and c" */
  readonly and: (items: readonly string[]) => string;
  /**
   * The day of a start or date of the SDK ("2026-11-30T09:20+03:00", "2026-11-30"), by the clinic's wall: "Mon, 30 Nov"; `long`: "Monday, 30 November".
   */
  readonly day: (start: string, length?: "short" | "long") => string;
  /** "09:20", by the clinic's wall */
  readonly time: (start: string) => string;
  /** day and time of an instant, ms since 1970, by this device's own clock; the time alone where it is today */
  readonly when: (instant: number, now: number) => string;
}

/** Texts of an app in all languages; those other than English come when they are needed. */
export interface Words<K extends string> {
  /** Fetches a language. English is always there. */
  load(language: Language): Promise<void>;
  /** English where the language has not been fetched. */
  speech(language: Language): Speech<K>;
}

/**
 * The texts of an app.
 * @param english its catalogue, which is part of the app; its keys are those of the others
 * @param others fetched when somebody speaks them
 * @example
 * const words = createWords(en, {
 *   sw: () => import("./texts/sw.ts").then(({ sw }) => sw),
 *   hi: () => import("./texts/hi.ts").then(({ hi }) => hi),
 * });
 * words.speech("en").t("waiting", { n: 3 }); // "3 requests wait"
 */
export function createWords<K extends string>(
  english: Catalogue<K>,
  others: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalogue<K>>>>,
): Words<K> {
  const spoken = new Map<Language, Speech<K>>();
  const fallback = speechOf("en", english);
  return {
    async load(language) {
      if (language === "en" || spoken.has(language)) return;
      spoken.set(language, speechOf(language, await others[language]()));
    },
    speech: (language) => spoken.get(language) ?? fallback,
  };
}

/** The first of these languages that the apps speak, as `navigator.languages` names them; else English. */
export function languageOf(wished: readonly (string | null)[]): Language {
  const codes = wished.flatMap((tag) => tag?.toLowerCase().split("-")[0] ?? []);
  return codes.find((code): code is Language => Object.hasOwn(LANGUAGES, code)) ?? "en";
}

function speechOf<K extends string>(language: Language, catalogue: Catalogue<K>): Speech<K> {
  const locale = LOCALES[language];
  const plurals = new Intl.PluralRules(locale);
  const number = (value: number, options?: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(locale, options).format(value);
  const wall = (start: string, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(wallOf(start));
  return {
    language,
    t(key, values = {}) {
      const { n } = values;
      const text = formOf(catalogue[key], typeof n === "number" ? plurals.select(n) : "other");
      return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
        const value = values[name] ?? hole;
        return typeof value === "number" ? number(value) : value;
      });
    },
    number,
    amount: (value, unit, unitDisplay = "long") =>
      number(value, { style: "unit", unit, unitDisplay, maximumFractionDigits: value < 10 ? 1 : 0 }),
    money: ({ amount, currency }) => {
      const format = new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        trailingZeroDisplay: "stripIfInteger",
      });
      return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    and: (items) => new Intl.ListFormat(locale).format(items),
    day: (start, length = "short") => wall(start, { weekday: length, day: "numeric", month: length }),
    time: (start) => wall(start, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    when(instant, now) {
      const isToday = new Date(instant).toDateString() === new Date(now).toDateString();
      return new Intl.DateTimeFormat(locale, {
        ...(isToday ? {} : { day: "numeric", month: "short" }),
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }).format(instant);
    },
  };
}

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", sw: "sw-KE", hi: "hi-IN" };

function formOf(text: Text, form: Intl.LDMLPluralRule): string {
  return typeof text === "string" ? text : (text[form] ?? text.other);
}

/** What the clinic's clock and calendar show at a start, as if that were UTC: formatting then needs no zone. */
function wallOf(start: string): Date {
  const [wall = ""] = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?/.exec(start) ?? [];
  return new Date(wall.length > 10 ? `${wall}:00Z` : `${wall}T00:00:00Z`);
}
