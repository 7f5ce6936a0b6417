import type { HtmlTagDescriptor, Plugin } from "vite";
import { markPng, markSvg } from "./mark.ts";

/** What people see of an app where it is installed. */
export interface AppFacts {
  /** below its icon: short */
  readonly name: string;
  /** where it is installed, and in searches */
  readonly description: string;
}

const THEME = { light: "#ffffff", dark: "#16201d" };
const GROUND = "#0b675c";

/** The web manifest, the icons, and what the page says of them. */
export function appFiles(app: string, facts: AppFacts): Plugin {
  const base = `/${app}/`;
  return {
    name: "healthbridge:app-files",
    apply: "build",
    transformIndexHtml: () => tags(base, facts),
    generateBundle() {
      const emit = (fileName: string, source: string | Uint8Array): void => {
        this.emitFile({ type: "asset", fileName, source });
      };
      emit("manifest.webmanifest", JSON.stringify(manifest(base, facts)));
      emit("icon.svg", markSvg());
      for (const size of [180, 192, 512]) emit(`icon-${String(size)}.png`, markPng(size));
    },
  };
}

function tags(base: string, { description }: AppFacts): HtmlTagDescriptor[] {
  const tag = (name: string, attrs: Record<string, string>): HtmlTagDescriptor => ({ tag: name, attrs });
  return [
    tag("meta", { name: "description", content: description }),
    tag("meta", { name: "color-scheme", content: "light dark" }),
    tag("meta", { name: "theme-color", content: THEME.light, media: "(prefers-color-scheme: light)" }),
    tag("meta", { name: "theme-color", content: THEME.dark, media: "(prefers-color-scheme: dark)" }),
    tag("link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }),
    tag("link", { rel: "apple-touch-icon", href: `${base}icon-180.png` }),
    tag("link", { rel: "manifest", href: `${base}manifest.webmanifest` }),
  ];
}

function manifest(base: string, { name, description }: AppFacts): object {
  const icon = (size: number, purpose: string): object => ({
    src: `${base}icon-${String(size)}.png`,
    sizes: `${String(size)}x${String(size)}`,
    type: "image/png",
    purpose,
  });
  return {
    id: base,
    name,
    short_name: name,
    description,
    start_url: base,
    scope: base,
    display: "standalone",
    theme_color: GROUND,
    background_color: "#f4f7f5",
    icons: [
      { src: `${base}icon.svg`, sizes: "any", type: "image/svg+xml", purpose: "any" },
      icon(192, "any"),
      icon(512, "any"),
      // The mark keeps well inside the middle 80 %: any mask leaves it whole.
      icon(192, "maskable"),
      icon(512, "maskable"),
    ],
  };
}
