/** Told of packing that begins, with what settles when it is through. */
export type PackingWatcher = (packing: Promise<void>) => void;

const watchers = new Set<PackingWatcher>();
let platform: typeof CompressionStream | undefined;

/**
 * Watches the platform's own packing, which runs on threads beside the program: a clock that is moved by hand must know that something is still under way.
 * Until the last watcher has stopped, a stream that does the same, and tells, stands in the platform's place.
 * @returns how to stop watching
 */
export function watchPacking(watcher: PackingWatcher): () => void {
  watchers.add(watcher);
  if (platform === undefined && typeof CompressionStream !== "undefined") {
    platform = CompressionStream;
    Reflect.set(globalThis, "CompressionStream", watched(CompressionStream));
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0 || platform === undefined) return;
    Reflect.set(globalThis, "CompressionStream", platform);
    platform = undefined;
  };
}

function watched(Platform: typeof CompressionStream): unknown {
  return class {
    readonly writable: CompressionStream["writable"];
    readonly readable: CompressionStream["readable"];

    constructor(format: CompressionFormat) {
      const inner = new Platform(format);
      const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
      const through = inner.readable.pipeTo(writable).catch(() => undefined); // heard by whoever reads
      for (const each of watchers) each(through);
      this.writable = inner.writable;
      this.readable = readable;
    }
  };
}
