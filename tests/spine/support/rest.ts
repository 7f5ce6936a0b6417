import { randomBytes } from "node:crypto";

/** Somebody who speaks REST, as curl would. */
export interface Caller {
  post(path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  put(path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
}

export async function callerAt(url: string, login: string, password: string): Promise<Caller> {
  const nonce = randomBytes(32).toString("base64url");
  const session = await send(url, "POST", "/v1/sessions", { login, password, device: "test", nonce }, {});
  const authorization = `Bearer ${String(session["accessToken"])}`;
  const write = (method: string) => (path: string, body: object) =>
    send(url, method, path, body, { authorization, "idempotency-key": randomBytes(12).toString("hex") });
  return { post: write("POST"), put: write("PUT") };
}

async function send(
  url: string,
  method: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
