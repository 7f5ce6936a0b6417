import { Counter, Gauge, type Metric, NO_LABELS } from "../../telemetry/metrics.ts";
import type { RefusalReason } from "./thread/guard.ts";

/** What is looked at when somebody asks. */
export interface WatchedDocuments {
  readonly rooms: () => number;
  readonly members: () => number;
}

/** What one server counts of documents. */
export class DocumentMetrics {
  readonly #refused = new Counter<{ readonly reason: RefusalReason | "gap" | "read_only" }>({
    name: "healthbridge_document_refused_updates_total",
    help: "Updates of documents that were not taken.",
  });
  readonly #snapshots = new Counter<{ readonly result: "taken" | "failed" }>({
    name: "healthbridge_document_snapshots_total",
    help: "Snapshots of documents.",
  });
  readonly #stored = new Counter<typeof NO_LABELS>({
    name: "healthbridge_document_updates_total",
    help: "Updates of documents that were taken.",
  });

  readonly updateRefused = (reason: RefusalReason | "gap" | "read_only"): void => {
    this.#refused.add({ reason });
  };

  readonly updateStored = (): void => {
    this.#stored.add(NO_LABELS);
  };

  readonly snapshotTaken = (): void => {
    this.#snapshots.add({ result: "taken" });
  };

  readonly snapshotFailed = (): void => {
    this.#snapshots.add({ result: "failed" });
  };

  /** All of it. */
  metrics({ rooms, members }: WatchedDocuments): readonly Metric[] {
    return [
      this.#refused,
      this.#snapshots,
      this.#stored,
      new Gauge({ name: "healthbridge_document_rooms", help: "Documents that are open here." }, rooms),
      new Gauge(
        { name: "healthbridge_document_members", help: "Sockets that have a document open." },
        members,
      ),
    ];
  }
}
