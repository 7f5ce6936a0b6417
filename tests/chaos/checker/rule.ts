import type { DocumentStories } from "./document-stories.ts";
import type { Evidence } from "./evidence.ts";
import type { StoryOfOperation } from "./story.ts";

/** Something that must never be so. */
export interface Violation {
  /** which rule: I1 to I18, of documents D1 to D5 */
  readonly rule: string;
  /** what was found, with the ids it was found by */
  readonly what: string;
}

/** The evidence, with what several rules need of it worked out once. */
export interface Case extends Evidence {
  readonly stories: ReadonlyMap<string, StoryOfOperation>;
  readonly documents: DocumentStories;
}

/** One invariant, and how it is checked. */
export interface Rule {
  readonly id: string;
  /** the invariant in plain words */
  readonly means: string;
  /** how it is checked from outside */
  readonly how: string;
  check(one: Case): readonly string[];
}
