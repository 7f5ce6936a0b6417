import { inputProblem, type ProblemCode } from "@healthbridge/schema";
import type { Context } from "hono";
import * as z from "zod/mini";
import { read } from "../../../database/read.ts";
import type { ReadDrizzle } from "../../../database/statements.ts";
import type { Authenticated, RestDependencies, SignedInEnv } from "../../context.ts";
import { HttpProblem, httpProblem } from "../../problem.ts";

/** What a read is given. */
interface ReadRequest<Params, Query> {
  readonly who: Authenticated;
  readonly params: Params;
  readonly query: Query;
  readonly db: ReadDrizzle;
  /** the server's clock, ms since 1970 */
  readonly now: number;
}

/** What the OpenAPI document says about a read; the code runs on the same schemas. */
interface ReadDescription<Params, Query, Answer> {
  /** `:name` in the path fills `params.name` */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodMiniType<Params>;
  readonly query: z.ZodMiniType<Query>;
  /** what leaves the server: a field it does not name never does */
  readonly answer: z.ZodMiniType<Answer>;
  readonly example: NoInfer<Answer>;
}

interface ReadDefinition<Params, Query, Answer> extends ReadDescription<Params, Query, Answer> {
  /** `undefined`: there is no such thing, or it may not be seen */
  readonly find: (request: ReadRequest<Params, Query>) => Promise<NoInfer<Answer> | undefined>;
}

/** A read as the router and the OpenAPI document see it. */
export interface ReadRoute extends ReadDescription<unknown, unknown, unknown> {
  readonly problems: readonly ProblemCode[];
  handle(c: Context<SignedInEnv>, deps: RestDependencies): Promise<Response>;
}

/** For reads without parameters of one or the other kind. */
export const NOTHING = z.strictObject({});

/** Completes the definition of a read. */
export function defineRead<Params, Query, Answer>({
  find,
  ...description
}: ReadDefinition<Params, Query, Answer>): ReadRoute {
  return {
    ...description,
    problems: [
      "malformed",
      "unknown_field",
      ...(description.path.includes(":") ? ["not_found" as const] : []),
    ],
    async handle(c, deps) {
      const params = checkedParams(description.params, c);
      const query = checkedQuery(description.query, c);
      const found = await read(deps.pool, (reader) =>
        find({ who: c.get("who"), params, query, db: reader.drizzle, now: deps.clock.now() }),
      );
      if (found === undefined) throw httpProblem("not_found");
      return c.json(description.answer.parse(found));
    },
  };
}

/** An id that cannot be one is an id that does not exist. */
function checkedParams<Params>(schema: z.ZodMiniType<Params>, c: Context): Params {
  const parsed = schema.safeParse(c.req.param());
  if (!parsed.success) throw httpProblem("not_found");
  return parsed.data;
}

function checkedQuery<Query>(schema: z.ZodMiniType<Query>, c: Context): Query {
  const given = Object.entries(c.req.queries());
  const twice = given.find(([, values]) => values.length > 1);
  if (twice !== undefined) throw httpProblem("malformed", `query.${twice[0]}`, "given more than once");
  const parsed = schema.safeParse(Object.fromEntries(given.map(([name, [value]]) => [name, value])));
  if (!parsed.success) throw new HttpProblem(inputProblem(parsed.error.issues, "query"));
  return parsed.data;
}
