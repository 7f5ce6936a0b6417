import { isSpoken } from "@healthbridge/schema";
import * as z from "zod/mini";
import { MESSAGE_SEARCH } from "../reads/message-search.ts";
import { READ_ROUTES } from "../reads/read-routes.ts";
import { AppliedAnswer, Message } from "../writes/answer.ts";
import { OPERATION_ROUTES, type OperationRoute, WRITE_PROBLEMS } from "../writes/operation-route.ts";
import type { DescribedRoute } from "./described-route.ts";
import { EXAMPLE_INPUTS } from "./examples.ts";

const WithoutOutput = z.omit(AppliedAnswer, { output: true });

/** What was told about the routes that the code runs on, in the words of the document. */
export const REST_DESCRIPTIONS: readonly DescribedRoute[] = [
  ...OPERATION_ROUTES.map(describeOperation),
  ...Object.entries(READ_ROUTES).map(
    ([id, { path, summary, description, params, query, answer, example, problems }]): DescribedRoute => ({
      method: "get",
      path,
      id,
      tag: tagOf(path),
      summary,
      description,
      signedIn: true,
      params,
      query,
      answer: {
        status: 200,
        description: "Found.",
        content: { "application/json": { schema: answer, example } },
      },
      problems,
    }),
  ),
  MESSAGE_SEARCH,
];

function describeOperation(route: OperationRoute): DescribedRoute {
  const { type, method, path, summary, params, creates, input, output, problems } = route;
  const said = output === undefined ? WithoutOutput : z.extend(AppliedAnswer, { output: z.optional(output) });
  const spoken = isSpoken(type);
  const schema = spoken ? z.extend(said, { message: z.optional(Message) }) : said;
  const example: z.infer<typeof AppliedAnswer> = { id: "aVdxT2lHdVNyQ2Rm.2", outcome: "applied" };
  return {
    method,
    path,
    id: type,
    tag: tagOf(path),
    summary,
    description: `The operation \`${type}\`.`,
    signedIn: true,
    keyed: true,
    spoken,
    body: { schema: input, example: EXAMPLE_INPUTS[type] },
    inPath: params,
    answer: {
      status: creates === undefined ? 200 : 201,
      description: creates === undefined ? "Applied." : "Applied; `id` is that of what was created.",
      content: { "application/json": { schema, example } },
      located: creates !== undefined,
    },
    problems: [...WRITE_PROBLEMS, ...problems],
  };
}

/** `/v1/doctors/:id/sheets` belongs to `doctors`. */
function tagOf(path: string): string {
  return path.split("/")[2] ?? "other";
}
