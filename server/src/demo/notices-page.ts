import { Hono } from "hono";
import { html } from "hono/html";
import type { RequestEnv } from "../http/context.ts";
import type { Caught, Catcher } from "../notices/carriers/catcher.ts";
import { NOTICES_SCRIPT, NOTICES_STYLE } from "./notices-page-assets.ts";

/** Where the demo shows what it would have sent. */
export const NOTICES_PAGE = "/demo/notices";

/** Nothing from elsewhere, nothing inline; the page asks this server alone. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

const CHANNEL_NAMES = { push: "Push", sms: "SMS", voice: "Call", email: "E-mail" } as const;

/** The demo's page of caught messages, newest first. It shows what patients were to be told: it must never be served outside the demo. */
export function noticesPage(catcher: Catcher): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.get(NOTICES_PAGE, (c) => {
    c.header("content-security-policy", POLICY);
    return c.html(page(catcher.caught()));
  });
  app.get(`${NOTICES_PAGE}.css`, (c) =>
    c.body(NOTICES_STYLE, 200, { "content-type": "text/css; charset=utf-8" }),
  );
  app.get(`${NOTICES_PAGE}.js`, (c) =>
    c.body(NOTICES_SCRIPT, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  return app;
}

function page(caught: readonly Caught[]) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Messages the demo would have sent</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${NOTICES_PAGE}.css" />
        <script src="${NOTICES_PAGE}.js" defer></script>
      </head>
      <body>
        <main>
          <h1>Messages the demo would have sent</h1>
          <p class="lead">
            Nothing leaves this machine. Book, move or cancel an appointment, and what its patient would be
            told appears here, newest first; reminders appear when they are due. With nothing set, each
            patient is told by every channel that reaches her. With HEALTHBRIDGE_ON_CALL set, urgent messages
            that reach no device in time appear as well.
          </p>
          <div class="bar">
            <p id="news" role="status"></p>
            <button id="pause" type="button" hidden>Pause updates</button>
          </div>
          <div id="messages">${list(caught)}</div>
        </main>
      </body>
    </html>`;
}

function list(caught: readonly Caught[]) {
  if (caught.length === 0) return html`<p class="empty">No message yet.</p>`;
  return html`<ol>
    ${caught.map(item)}
  </ol>`;
}

function item({ at, channel, letter }: Caught) {
  const sent = new Date(at).toISOString();
  return html`<li>
    <article>
      <header>
        <span class="channel ${channel}">${CHANNEL_NAMES[channel]}</span>
        <span class="to">${recipient({ channel, letter })}</span>
        <time datetime="${sent}">${sent.slice(11, 19)} UTC</time>
      </header>
      ${channel === "sms" || channel === "voice" ? "" : html`<h2 lang="${letter.language}">${letter.title}</h2>`}
      <p lang="${letter.language}">${letter.text}</p>
    </article>
  </li>`;
}

function recipient({ channel, letter: { to } }: Pick<Caught, "channel" | "letter">): string {
  if (channel === "email") return to.email ?? "";
  if (channel === "push") return `${to.push.length} ${to.push.length === 1 ? "device" : "devices"}`;
  return to.phone ?? "";
}
