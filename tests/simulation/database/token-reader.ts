import { UnknownStatement } from "./syntax.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Words that end a name list, so that they are never taken for an alias. */
const RESERVED: ReadonlySet<string> = new Set(
  `SELECT FROM WHERE GROUP HAVING ORDER LIMIT UNION ALL JOIN LEFT INNER ON SET VALUES FOR AND OR NOT IS IN BETWEEN LIKE DIV WHEN THEN ELSE END
  CASE ASC DESC AS INSERT UPDATE DELETE INTO DISTINCT NULL TRUE FALSE COLLATE USING RIGHT CROSS OFFSET BY INTERVAL EXISTS LOCK XOR MOD REGEXP`.split(
    /\s+/,
  ),
);

/** Walks over a statement's words. */
export class TokenReader {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #parameters = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokenize(sql);
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? this.fail("it ends too early");
  }

  peek(ahead: number): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): Token {
    const token = this.token;
    this.#at += 1;
    return token;
  }

  /** Whether these words come next. */
  is(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.peek(ahead)?.upper === word);
  }

  /** Takes these words if they come next. */
  take(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.#at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    if (!this.take(...words)) this.fail(`${words.join(" ")} expected`);
  }

  /** A name of a table, column or key. */
  name(): string {
    const token = this.next();
    if (token.kind === "name") return token.text;
    if (token.kind === "word") return token.text;
    return this.fail("a name expected");
  }

  /** `AS alias`, `alias`, or none. */
  alias(): string | undefined {
    if (this.take("AS")) return this.name();
    const { kind, upper } = this.token;
    return kind === "name" || (kind === "word" && !RESERVED.has(upper)) ? this.name() : undefined;
  }

  /** The statement's own words from a token up to here. */
  textSince(first: Token): string {
    return this.sql.slice(first.from, this.#tokens[this.#at - 1]?.to);
  }

  parameter(): number {
    this.#parameters += 1;
    return this.#parameters - 1;
  }

  /** `(` item, item … `)` */
  list<T>(item: () => T): T[] {
    this.expect("(");
    const items = this.commas(item);
    this.expect(")");
    return items;
  }

  commas<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take(",")) items.push(item());
    return items;
  }

  fail(why: string): never {
    const near = this.#tokens.slice(this.#at, this.#at + 5).map(({ text }) => text);
    throw new UnknownStatement(this.sql, `${why}, near "${near.join(" ")}"`);
  }
}
