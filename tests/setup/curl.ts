/**
 * As much of curl as the documentation's examples use, over `fetch`: for machines that have no curl (a bare Debian), and so that everywhere the examples are run the same way. What it
 * does not know it refuses, so that no example says something that was not run.
 */
import { writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";

interface Command {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly data: string | undefined;
  readonly binary: boolean;
  readonly head: boolean;
  readonly output: string | undefined;
  readonly after: string | undefined;
}

class Usage extends Error {}

function parse(words: readonly string[]): Command {
  const left = [...words];
  const headers = new Headers();
  const seen = new Map<string, string>();
  const urls: string[] = [];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "-s" || word === "-i") seen.set(word, "");
    else if (["-X", "-H", "-d", "--data-binary", "-o", "-w"].includes(word)) {
      const value = left.shift();
      if (value === undefined) throw new Usage(`${word} lacks its value`);
      if (word === "-H") addHeader(headers, value);
      else if (seen.has(word)) throw new Usage(`${word} twice`);
      else seen.set(word, value);
    } else if (word.startsWith("-")) throw new Usage(`${word} is not understood`);
    else urls.push(word);
  }
  const [url] = urls;
  if (url === undefined || urls.length > 1) throw new Usage("one address is needed");
  const binary = seen.get("--data-binary");
  if (binary !== undefined && binary !== "@-") throw new Usage("--data-binary takes @- only");
  const data = binary ?? seen.get("-d");
  if (data !== undefined && !headers.has("content-type")) throw new Usage("a body needs a content-type");
  return {
    url,
    headers,
    data,
    binary: binary !== undefined,
    method: seen.get("-X"),
    head: seen.has("-i"),
    output: seen.get("-o"),
    after: seen.get("-w"),
  };
}

function addHeader(headers: Headers, line: string): void {
  const [, name, value] = /^([A-Za-z-]+): *(.+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Usage(`not a header: ${line}`);
  headers.append(name, value);
}

async function run({ url, method, headers, data, binary, head, output, after }: Command): Promise<void> {
  // Whole, so that a pipe in front of it never breaks.
  const body = binary ? new Uint8Array(await buffer(process.stdin)) : data?.replaceAll(/[\r\n]/g, "");
  // Unpacked by fetch; curl takes nothing packed unless it is told to.
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", "identity");
  const response = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${String(response.status)} ${response.statusText}\r\n`;
  const text = `${head ? `${status}${lines.join("")}\r\n` : ""}${await response.text()}`;
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
  if (after !== undefined)
    process.stdout.write(after.replace("%{http_code}", String(response.status)).replaceAll("\\n", "\n"));
}

try {
  await run(parse(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof Usage;
  // A mistake in an example must be seen in its output; no connection is an ordinary thing, and silent under -s.
  if (usage) process.stdout.write(`curl: ${error.message}\n`);
  process.exitCode = usage ? 2 : 7;
}
