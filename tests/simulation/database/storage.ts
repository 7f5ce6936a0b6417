import type { Blueprint } from "./blueprint.ts";
import { Locks } from "./locks.ts";
import { Table } from "./table.ts";
import { Transaction } from "./transaction.ts";
import type { Row } from "./values.ts";

/** All committed rows of a database, and the next numbers of its tables. Rows are shared: nobody changes one in place. */
export interface Snapshot {
  readonly tables: readonly { readonly rows: readonly Row[]; readonly nextNumber: number }[];
}

/** What a database keeps: tables, and the locks on their rows. */
export class Storage {
  readonly blueprint: Blueprint;
  tables: readonly Table[];
  locks: Locks;

  constructor(blueprint: Blueprint) {
    this.blueprint = blueprint;
    this.tables = blueprint.tables.map((schema) => new Table(schema));
    this.locks = new Locks();
  }

  begin(): Transaction {
    return new Transaction(this.locks);
  }

  snapshot(): Snapshot {
    return {
      tables: this.tables.map((table) => ({ rows: table.committedRows(), nextNumber: table.nextNumber })),
    };
  }

  restore(snapshot: Snapshot): void {
    this.tables = this.blueprint.tables.map((schema, at) => {
      const table = new Table(schema);
      const kept = snapshot.tables[at];
      table.fill(kept?.rows ?? []);
      table.nextNumber = kept?.nextNumber ?? 1;
      return table;
    });
  }

  rows(name: string): readonly Record<string, unknown>[] {
    const table = this.tables.find(({ schema }) => schema.name === name);
    if (table === undefined) throw new Error(`the model database has no table ${name}`);
    const columns = table.schema.columns.map(({ name }) => name);
    return table
      .committedRows()
      .map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
  }
}
