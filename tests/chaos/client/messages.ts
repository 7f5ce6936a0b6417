/** What the rig tells a process of devices. */
export type Order =
  | { readonly do: "work" }
  /** somebody edits a document on every device, at once and past the SDK, and never comes back */
  | { readonly do: "edit" }
  /** stop working, send and fetch until nothing is left */
  | { readonly do: "drain" }
  /** write down what every device shows */
  | { readonly do: "view" }
  | {
      readonly do: "replay";
      readonly operations: ReadonlyArray<{
        readonly device: string;
        readonly id: string;
        readonly wire: object;
      }>;
    }
  | { readonly do: "end" };

/** What a process of devices says to the rig. */
export type Word =
  | { readonly said: "ready" }
  | { readonly said: "progress"; readonly settled: number; readonly waiting: number }
  | { readonly said: "drained"; readonly device: string; readonly done: boolean }
  | { readonly said: "viewed" }
  | { readonly said: "replayed" };
