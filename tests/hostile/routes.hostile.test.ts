import * as fc from "fast-check";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DescribedRoute } from "../../server/src/http/rest/openapi/described-route.ts";
import type { Answer } from "./support/ask.ts";
import { ProblemDetails } from "@healthbridge/schema";
import {
  headsOf,
  hostileRequest,
  nearlyValidRequest,
  ROUTES,
  validRequest,
  type Wanted,
  type WantedInVain,
} from "./support/requests.ts";
import { answersIn, dial } from "./support/raw.ts";
import { faultsOfAnswer } from "./support/rules.ts";
import { runs } from "./support/seeds.ts";
import { anyAddress, authorization, openTarget, randomKey } from "./support/target.ts";

/** Every route, asked as its schemas say, nearly so, and not at all so. How much and from which seed: see support/seeds.ts. */
const target = await openTarget();
const { words } = target;
type CallerName = "administrator" | "staff" | "patient" | "nobody";
const known: readonly CallerName[] = ["administrator", "staff", "patient"];

/** Sends as a caller; a session that an earlier request ended begins anew. */
async function send(route: DescribedRoute, wanted: Wanted, name: CallerName): Promise<Answer> {
  const { path, query, body } = wanted;
  const caller = name === "nobody" ? undefined : target[name];
  const more = { "x-forwarded-for": anyAddress(), "idempotency-key": randomKey() };
  const answer = await target.ask({
    method: route.method.toUpperCase(),
    path: query === "" ? path : `${path}?${query}`,
    headers: { ...more, ...headsOf(route), ...authorization(caller) },
    ...(body === undefined ? {} : { body }),
  });
  if (caller === undefined || !answer.text.includes('"device_revoked"')) return answer;
  await caller.renew();
  return send(route, wanted, name);
}

/** They take their time while everything else goes on. */
const slowHead = dial(target.url);
slowHead.write("GET /v1/devices HTTP/1.1\r\nHost: x\r\nX-Slow: ");
const drip = setInterval(() => {
  slowHead.write("x");
}, 1_000);
const slowBody = dial(target.url);
slowBody.write(
  "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
);
const neverAnything = dial(target.url);
afterAll(() => {
  clearInterval(drip);
});

/** What zod refused is told with all its reasons; what a route decided beyond its schemas has none. */
function isAboutShape({ status, text }: Answer): boolean {
  if (status < 400) return false;
  const { code, reasons } = ProblemDetails.parse(JSON.parse(text));
  return (code === "malformed" || code === "unknown_field") && reasons !== undefined;
}

/** The place an answer says the fault is in; all that can be said of an address that names nothing is that nothing is there. */
function placeNamed({ text }: Answer, { place, at }: WantedInVain): string {
  const { code, path = "" } = ProblemDetails.parse(JSON.parse(text));
  if (place === "params") return code === "not_found" ? at : code;
  // What is too long may be too large before it is malformed, and another protocol is told before anything else.
  if (code === "too_large" || code === "protocol_unsupported") return at;
  if (code !== "malformed" && code !== "unknown_field") return code;
  const told = path.replace(/^(query|input)(\.|$)/, "");
  // A fault of a field may be told of the field, of what stands in it or of what it stands in.
  return `${told}.`.startsWith(`${at}.`) || `${at}.`.startsWith(`${told}.`) ? at : told;
}

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_, route) => {
  afterEach(() => target.checkAlive());
  const anyCaller = fc.constantFrom<CallerName>(...known, ...(route.signedIn ? [] : ["nobody" as const]));

  it("takes every request its schemas describe", async () => {
    await fc.assert(
      fc.asyncProperty(validRequest(route, words), anyCaller, async (wanted, caller) => {
        const answer = await send(route, wanted, caller);
        expect(faultsOfAnswer(answer, route)).toEqual([]);
        expect({ refused: isAboutShape(answer), answer }).toMatchObject({ refused: false });
        expect(answer.text).not.toContain(target.canary);
      }),
      runs(12),
    );
  });

  const nearly = nearlyValidRequest(route, words);
  it.runIf(nearly.length > 0)("refuses one fault, and names its place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(...nearly), anyCaller, async (wanted, caller) => {
        const answer = await send(route, wanted, caller);
        expect(faultsOfAnswer(answer, route)).toEqual([]);
        expect(placeNamed(answer, wanted)).toBe(wanted.at);
      }),
      runs(20),
    );
  });

  it("answers an attack with a result or a problem", async () => {
    await fc.assert(
      fc.asyncProperty(hostileRequest(route, words), anyCaller, async (wanted, caller) => {
        const answer = await send(route, wanted, caller);
        expect(faultsOfAnswer(answer, route)).toEqual([]);
        expect(answer.text).not.toContain(target.canary);
      }),
      runs(30),
    );
  });
});

describe("meanwhile", () => {
  it("a head that came letter by letter was cut, with a problem", async () => {
    await slowHead.closed;
    expect(answersIn(slowHead.heard()).map((answer) => [answer.status, ...faultsOfAnswer(answer)])).toEqual([
      [408],
    ]);
  });

  it("a body that fell silent was cut, and so was a connection on which nothing was ever said", async () => {
    await slowBody.closed;
    await neverAnything.closed;
    expect(answersIn(slowBody.heard()).flatMap((answer) => faultsOfAnswer(answer))).toEqual([]);
  });
});
