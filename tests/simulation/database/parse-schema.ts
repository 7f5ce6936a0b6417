import { parseExpression } from "./parse-expression.ts";
import { parseQuery } from "./parser.ts";
import {
  type Column,
  columnOf,
  type ColumnType,
  type ForeignKey,
  type Key,
  type TableSchema,
} from "./schema.ts";
import type { Expression, Value } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** What migrations make: tables, and statements that put the first rows in. */
export interface ParsedMigrations {
  readonly tables: readonly TableSchema[];
  readonly statements: readonly string[];
}

const TYPES: Readonly<Record<string, { readonly type: ColumnType; readonly length: number }>> = {
  TINYINT: { type: "tinyint", length: 0 },
  BOOLEAN: { type: "tinyint", length: 0 },
  INT: { type: "int", length: 0 },
  BIGINT: { type: "bigint", length: 0 },
  DOUBLE: { type: "double", length: 0 },
  VARCHAR: { type: "varchar", length: 0 },
  CHAR: { type: "varchar", length: 0 },
  TEXT: { type: "text", length: 65_535 },
  MEDIUMTEXT: { type: "text", length: 16_777_215 },
  MEDIUMBLOB: { type: "blob", length: 16_777_215 },
  LONGTEXT: { type: "text", length: 4_294_967_295 },
};

/** Reads the texts of migrations, in their order. */
export function parseMigrations(migrations: readonly string[]): ParsedMigrations {
  const tables = new Map<string, TableSchema>();
  const statements: string[] = [];
  for (const text of migrations.flatMap((each) => each.split("--> statement-breakpoint"))) {
    if (text.replaceAll(/^\s*--.*$/gm, "").trim() === "") continue;
    const reader = new TokenReader(text);
    if (reader.take("CREATE", "TABLE")) new TableParser(reader, tables).create();
    else if (reader.take("ALTER", "TABLE")) new TableParser(reader, tables).alter();
    else if (reader.take("CREATE", "UNIQUE", "INDEX")) createIndex(reader, tables, true);
    else if (reader.take("CREATE", "INDEX")) createIndex(reader, tables, false);
    else if (reader.take("DROP", "INDEX")) dropIndex(reader, tables);
    else if (reader.is("INSERT") || reader.is("UPDATE") || reader.is("DELETE")) statements.push(text);
    else reader.fail("no such statement in migrations");
  }
  return { tables: [...tables.values()], statements };
}

function createIndex(reader: TokenReader, tables: Map<string, TableSchema>, unique: boolean): void {
  const name = reader.name();
  reader.expect("ON");
  const table = tableNamed(reader, tables);
  const columns = reader.list(() => reader.name());
  addKey(reader, table, name, columns, { unique, primary: false });
}

/** Keys behind it move up. None that something points at is dropped. */
function dropIndex(reader: TokenReader, tables: Map<string, TableSchema>): void {
  const name = reader.name();
  reader.expect("ON");
  const { keys, parents, children } = tableNamed(reader, tables);
  const at = keys.findIndex((key) => key.name === name && !key.primary);
  if (at < 0) reader.fail(`no index ${name}`);
  if (parents.length > 0 || children.length > 0) reader.fail(`a foreign key may need ${name}`);
  keys.splice(at, keys.length - at, ...keys.slice(at + 1).map((key) => ({ ...key, at: key.at - 1 })));
}

function tableNamed(reader: TokenReader, tables: ReadonlyMap<string, TableSchema>): TableSchema {
  const name = reader.name();
  return tables.get(name) ?? reader.fail(`no table ${name}`);
}

function addKey(
  reader: TokenReader,
  table: TableSchema,
  name: string,
  columns: readonly string[],
  { unique, primary }: { readonly unique: boolean; readonly primary: boolean },
): Key {
  const found = columns.map((column) => columnOf(table, column) ?? reader.fail(`no column ${column}`));
  const key: Key = {
    name: primary ? "PRIMARY" : name,
    at: table.keys.length,
    columns: found.map(({ at }) => at),
    unique,
    primary,
    locked: unique && !primary,
    folds: found.map(({ folds }) => folds),
  };
  table.keys.push(key);
  return key;
}

/** Takes a column away; those behind it move up, also in the keys. */
function dropColumn(reader: TokenReader, table: TableSchema, name: string): void {
  const { at } = columnOf(table, name) ?? reader.fail(`no column ${name}`);
  const pointing = [...table.parents.map((key) => key.columns), ...table.keys.map((key) => key.columns)];
  const pointedAt = table.children.map((key) => key.parentColumns);
  if ([...pointing, ...pointedAt].some((columns) => columns.includes(at))) reader.fail("a key needs it");
  table.columns.splice(at, 1);
  for (const [place, column] of table.columns.entries()) column.at = place;
  for (const columns of [...pointing, ...pointedAt])
    for (const [place, column] of columns.entries()) if (column > at) columns[place] = column - 1;
}

class TableParser {
  readonly #reader: TokenReader;
  readonly #tables: Map<string, TableSchema>;

  constructor(reader: TokenReader, tables: Map<string, TableSchema>) {
    this.#reader = reader;
    this.#tables = tables;
  }

  create(): void {
    const reader = this.#reader;
    reader.take("IF", "NOT", "EXISTS");
    const name = reader.name();
    const at = this.#tables.size;
    const table: TableSchema = { name, at, columns: [], keys: [], checks: [], parents: [], children: [] };
    this.#tables.set(name, table);
    // Keys come after the primary key, wherever it is written.
    const later: (() => void)[] = [];
    reader.list(() => {
      this.#part(table, later);
    });
    for (const add of later) add();
    if (table.keys[0]?.primary !== true) reader.fail(`${name} has no primary key`);
  }

  alter(): void {
    const reader = this.#reader;
    const table = tableNamed(reader, this.#tables);
    reader.commas(() => {
      if (reader.take("DROP")) {
        this.#drop(table);
        return;
      }
      reader.expect("ADD");
      reader.take("COLUMN");
      const later: (() => void)[] = [];
      this.#part(table, later);
      for (const add of later) add();
    });
    if (reader.token.kind !== "end" && !reader.take(";")) reader.fail("this change of a table");
  }

  #drop(table: TableSchema): void {
    const reader = this.#reader;
    if (reader.take("FOREIGN", "KEY")) {
      const name = reader.name();
      const key = table.parents.find((each) => each.name === name) ?? reader.fail(`no foreign key ${name}`);
      table.parents.splice(table.parents.indexOf(key), 1);
      key.parent.children.splice(key.parent.children.indexOf(key), 1);
    } else if (reader.take("INDEX") || reader.take("KEY")) {
      const name = reader.name();
      const key = table.keys.find((each) => each.name === name) ?? reader.fail(`no index ${name}`);
      if (table.parents.some(({ childKey }) => childKey === key)) reader.fail("a foreign key needs it");
      table.keys.splice(key.at, 1);
      for (const [at, each] of table.keys.entries()) each.at = at;
    } else if (reader.take("CONSTRAINT")) {
      const name = reader.name();
      const check = table.checks.findIndex((each) => each.name === name);
      if (check < 0) reader.fail(`no check ${name}`);
      table.checks.splice(check, 1);
    } else {
      reader.take("COLUMN");
      dropColumn(reader, table, reader.name());
    }
  }

  #part(table: TableSchema, later: (() => void)[]): void {
    const reader = this.#reader;
    const name = reader.take("CONSTRAINT") ? reader.name() : undefined;
    if (reader.take("PRIMARY", "KEY")) {
      addKey(
        reader,
        table,
        "PRIMARY",
        reader.list(() => reader.name()),
        { unique: true, primary: true },
      );
    } else if (reader.take("UNIQUE")) {
      if (!reader.take("KEY")) reader.take("INDEX");
      this.#key(table, name, true, later);
    } else if (reader.take("KEY") || reader.take("INDEX")) {
      this.#key(table, name, false, later);
    } else if (reader.take("FOREIGN", "KEY")) {
      this.#foreignKey(table, name, later);
    } else if (reader.take("CHECK")) {
      reader.expect("(");
      const condition = this.#expression();
      reader.expect(")");
      table.checks.push({ name: name ?? reader.fail("a check without a name"), condition });
    } else {
      this.#column(table, later);
    }
  }

  #key(table: TableSchema, given: string | undefined, unique: boolean, later: (() => void)[]): void {
    const reader = this.#reader;
    const name = reader.is("(") ? given : reader.name();
    const columns = reader.list(() => reader.name());
    later.push(() => addKey(reader, table, name ?? columns[0] ?? "", columns, { unique, primary: false }));
  }

  #foreignKey(table: TableSchema, given: string | undefined, later: (() => void)[]): void {
    const reader = this.#reader;
    const columns = reader.list(() => reader.name());
    reader.expect("REFERENCES");
    const parent = tableNamed(reader, this.#tables);
    const parentColumns = reader.list(() => reader.name());
    while (reader.take("ON")) {
      if (!reader.take("DELETE")) reader.expect("UPDATE");
      if (!reader.take("RESTRICT")) reader.expect("NO", "ACTION");
    }
    const name = given ?? reader.fail("a foreign key without a name");
    later.push(() => {
      addForeignKey(reader, name, table, columns, parent, parentColumns);
    });
  }

  #column(table: TableSchema, later: (() => void)[]): void {
    const reader = this.#reader;
    const name = reader.name();
    const typeName = reader.name().toUpperCase();
    const type = TYPES[typeName] ?? reader.fail(`the type ${typeName}`);
    const [length] = reader.is("(") ? reader.list(() => Number(reader.next().text)) : [];
    const text = type.type === "varchar" || type.type === "text";
    if (reader.is("UNSIGNED")) reader.fail("unsigned columns");
    let collation = text ? "utf8mb4_unicode_ci" : "";
    let generated: Expression | undefined;
    let nullable = true;
    let autoIncrement = false;
    let standard: Value | undefined;
    for (;;) {
      if (reader.take("CHARACTER", "SET")) collation = `${reader.name()}_general_ci`;
      else if (reader.take("COLLATE")) collation = reader.name();
      else if (reader.take("NOT", "NULL")) nullable = false;
      else if (reader.take("NULL")) nullable = true;
      else if (reader.take("AUTO_INCREMENT")) autoIncrement = true;
      else if (reader.take("DEFAULT")) standard = this.#literal();
      else if (reader.take("GENERATED", "ALWAYS", "AS")) generated = this.#generated();
      else if (reader.take("PRIMARY", "KEY")) {
        nullable = false;
        later.unshift(() => addKey(reader, table, "PRIMARY", [name], { unique: true, primary: true }));
      } else if (reader.take("UNIQUE"))
        later.push(() => addKey(reader, table, name, [name], { unique: true, primary: false }));
      else break;
    }
    const column: Column = {
      name,
      at: table.columns.length,
      type: type.type,
      length: type.type === "varchar" ? (length ?? 1) : type.length,
      ascii: collation.startsWith("ascii"),
      folds: collation.endsWith("_ci"),
      nullable,
      standard: standard ?? (nullable ? null : undefined),
      autoIncrement,
      generated,
    };
    table.columns.push(column);
  }

  #literal(): Value {
    const found = this.#expression();
    return found.type === "literal" ? found.value : this.#reader.fail("a default that is no literal");
  }

  #generated(): Expression {
    this.#reader.expect("(");
    const found = this.#expression();
    this.#reader.expect(")");
    if (!this.#reader.take("STORED")) this.#reader.take("VIRTUAL");
    return found;
  }

  #expression(): Expression {
    return parseExpression(this.#reader, parseQuery);
  }
}

/** As InnoDB does, makes an index for a key that has none: both sides look rows up by it. */
function addForeignKey(
  reader: TokenReader,
  name: string,
  child: TableSchema,
  columnNames: readonly string[],
  parent: TableSchema,
  parentNames: readonly string[],
): void {
  const at = (table: TableSchema, column: string): number =>
    (columnOf(table, column) ?? reader.fail(`no column ${column}`)).at;
  const columns = columnNames.map((column) => at(child, column));
  const parentColumns = parentNames.map((column) => at(parent, column));
  const startsWith = (key: Key, wanted: readonly number[]): boolean =>
    wanted.every((column, place) => key.columns[place] === column);
  const parentKey =
    parent.keys.find((key) => startsWith(key, parentColumns)) ?? reader.fail("no key of the parent fits");
  const childKey =
    child.keys.find((key) => startsWith(key, columns)) ??
    addKey(reader, child, name, columnNames, { unique: false, primary: false });
  const key: ForeignKey = { name, child, columns, childKey, parent, parentColumns, parentKey };
  for (const each of [parentKey, childKey]) each.locked ||= !each.primary;
  child.parents.push(key);
  parent.children.push(key);
}
