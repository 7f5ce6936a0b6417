import { VirtualTime } from "../../../client-sdk/src/testing/virtual-time.ts";
import type { Header, Result } from "./answers.ts";
import {
  type BareConnection,
  createModelDatabase,
  type ModelDatabase,
  type ModelDatabaseOptions,
} from "./model-database.ts";

/** What the model said to a statement. An error is an answer too. */
export interface Said {
  /** the server's number of the error, or the driver's code of a broken line; 0: none */
  readonly error: number | string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly affected: number;
  readonly open: boolean;
}

/** A line to the model for tests. */
export interface Line {
  /** Sends a statement and lets time pass until it is answered. */
  run(sql: string, values?: readonly unknown[]): Promise<Said>;
  /** Sends a statement and lets run what can run without time passing. */
  send(sql: string, values?: readonly unknown[]): Promise<Sent>;
  readonly bare: BareConnection;
}

export interface Sent {
  /** once it was answered */
  readonly said: Said | undefined;
  readonly answer: Promise<Said>;
}

export interface TestDatabase {
  readonly time: VirtualTime;
  readonly database: ModelDatabase;
  line(owner?: string): Promise<Line>;
}

/** Small tables to try things on. */
export const SMALL = `
CREATE TABLE slot (
  id INT NOT NULL PRIMARY KEY,
  holder INT,
  note VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin,
  CONSTRAINT slot_holder UNIQUE(holder)
);
--> statement-breakpoint
CREATE TABLE visit (
  id BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  slot_id INT,
  place VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'here',
  name VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
  minutes INT NOT NULL,
  twice INT GENERATED ALWAYS AS (CASE WHEN minutes > 0 THEN minutes * 2 END) STORED,
  CONSTRAINT visit_place UNIQUE(slot_id, place),
  CONSTRAINT visit_minutes CHECK (minutes % 5 = 0)
);
--> statement-breakpoint
CREATE INDEX visit_name ON visit (name);
--> statement-breakpoint
CREATE TABLE page (
  book INT NOT NULL,
  number INT NOT NULL,
  bytes MEDIUMBLOB NOT NULL,
  CONSTRAINT page_pk PRIMARY KEY(book, number)
);
--> statement-breakpoint
ALTER TABLE visit ADD CONSTRAINT visit_slot FOREIGN KEY (slot_id) REFERENCES slot (id);
--> statement-breakpoint
INSERT INTO slot (id, holder, note) VALUES (1, NULL, 'a'), (2, NULL, 'b'), (3, NULL, 'c');
`;

export function testDatabase(options: Partial<ModelDatabaseOptions> = {}): TestDatabase {
  const time = new VirtualTime({ start: Date.UTC(2026, 10, 22, 6) });
  const database = createModelDatabase({
    migrations: [SMALL],
    now: () => time.now(),
    random: () => 0.25,
    sleep: (ms) => time.sleep(ms),
    after: (ms, action) => time.after(ms, action),
    ...options,
  });
  return {
    time,
    database,
    async line(owner = "test") {
      const bare = database.connect(owner);
      const send = async (sql: string, values: readonly unknown[] = []): Promise<Sent> => {
        const sent: { said: Said | undefined; answer: Promise<Said> } = {
          said: undefined,
          answer: bare.query(sql, values).then(([result]) => answered(result), refused),
        };
        void sent.answer.then((said) => {
          sent.said = said;
        });
        await time.settle();
        return sent;
      };
      const line: Line = {
        bare,
        send,
        run: async (sql, values) => time.run((await send(sql, values)).answer),
      };
      await line.run("SET SESSION innodb_lock_wait_timeout = 3");
      return line;
    },
  };
}

function answered(result: Result): Said {
  if (isHeader(result))
    return { error: 0, rows: [], affected: result.affectedRows, open: (result.serverStatus & 1) === 1 };
  return { error: 0, rows: result as Said["rows"], affected: 0, open: false };
}

function isHeader(result: Result): result is Header {
  return !Array.isArray(result);
}

function refused(error: unknown): Said {
  const { errno, code, message } = error as { errno?: number; code?: string; message: string };
  return { error: errno ?? code ?? message, rows: [], affected: 0, open: false };
}
