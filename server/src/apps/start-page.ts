import { Hono } from "hono";
import { html } from "hono/html";
import { NOTICES_PAGE } from "../demo/notices-page.ts";
import type { RequestEnv } from "../http/context.ts";
import { APP_WORDS, demoAccount } from "./app-lines.ts";
import type { AppName } from "./found-apps.ts";
import { START_STYLE } from "./start-page-style.ts";

/** Nothing from elsewhere, nothing inline, no script at all. */
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
const STYLE_PATH = "/demo/start.css";

/** `GET /` in the demo: leads to its apps and says with whom to sign in. Passwords are on it: it must never be served outside the demo. */
export function startPage(apps: readonly AppName[]): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.get("/", (c) => {
    c.header("content-security-policy", POLICY);
    return c.html(page(apps));
  });
  app.get(STYLE_PATH, (c) => c.body(START_STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  return app;
}

function page(apps: readonly AppName[]) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>HealthBridge demo</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <main>
          ${MARK}
          <h1>HealthBridge, the demo</h1>
          <p class="lead">
            Appointments and chat that go on without a network. Open an app, sign in, then take the network
            away and go on: everything is kept on the device and settles when the network is back.
          </p>
          ${
            apps.length === 0
              ? html`<p class="none">
                  The apps are not built. Stop the server and run <code>npm start</code>.
                </p>`
              : html`<ul>
                  ${apps.map(item)}
                </ul>`
          }
          <p class="more">
            <a href="${NOTICES_PAGE}">What patients would be told by SMS, push or mail</a>
            <a href="/docs">The REST interface</a>
          </p>
          <p class="note">This is the demo: its passwords are public. Keep nothing real in it.</p>
        </main>
      </body>
    </html>`;
}

function item(name: AppName) {
  const { title, lead } = APP_WORDS[name];
  const { login, password } = demoAccount(name);
  return html`<li>
    <h2><a href="/${name}/">${title}</a></h2>
    <p>${lead}</p>
    <dl>
      <div>
        <dt>User name</dt>
        <dd><code>${login}</code></dd>
      </div>
      <div>
        <dt>Password</dt>
        <dd><code>${password}</code></dd>
      </div>
    </dl>
  </li>`;
}

const MARK = html`<svg viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
  <rect width="64" height="64" rx="16" fill="#0b675c" />
  <path
    d="M8 46h48M14 46c3-22 33-22 36 0M23 46v-9M32 46V30M41 46v-9"
    fill="none"
    stroke="#fff"
    stroke-width="3.5"
    stroke-linecap="round"
  />
  <path d="M32 10v13M25.5 16.5h13" stroke="#ffd27a" stroke-width="4.5" stroke-linecap="round" />
</svg>`;
