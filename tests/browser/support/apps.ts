/** The three apps, by their paths. */
export const APPS = ["patient", "clinic", "doctor"] as const;
export type App = (typeof APPS)[number];

/** What each app is held in: a small phone, a tablet, a desk. */
export const SCREENS: Readonly<Record<App, { readonly width: number; readonly height: number }>> = {
  patient: { width: 360, height: 740 },
  clinic: { width: 1024, height: 768 },
  doctor: { width: 1280, height: 800 },
};
