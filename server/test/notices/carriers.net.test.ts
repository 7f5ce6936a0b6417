import { createECDH, createDecipheriv, createHmac, hkdfSync, randomBytes, verify } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, onTestFinished, test } from "vitest";
import webPush from "web-push";
import { createMailTransport, MAIL_MS } from "../../src/adapters/mail-transport.ts";
import { createOutboundHttp, OUTBOUND_MS } from "../../src/adapters/outbound-http.ts";
import type { Letter } from "../../src/notices/carriers/carrier.ts";
import { emailCarrier } from "../../src/notices/carriers/email.ts";
import { gatewayCarrier } from "../../src/notices/carriers/gateway.ts";
import { gatewayOf, type GatewayAccount, parseGateway } from "../../src/notices/carriers/gateway-account.ts";
import { isPublicAddress } from "../../src/notices/carriers/public-addresses.ts";
import { pushCarrier } from "../../src/notices/carriers/web-push.ts";
import { CLAIM_MS } from "../../src/notices/claim.ts";
import { CHANNELS } from "../../src/notices/plan.ts";
import { receiver } from "./receiver.ts";

const NOW = Date.parse("2026-11-24T06:00:00Z");
const clock = { now: () => NOW, monotonic: () => 0 };
const SECRET = randomBytes(32);

const LETTER: Letter = {
  key: "k4wn1Q",
  to: { phone: "+254700000001", email: "amina@example.org", push: [] },
  kind: "confirmation",
  language: "sw",
  title: "Miadi imethibitishwa",
  text: "Miadi yako imethibitishwa: Jumanne, 24 Novemba, 09:20 <&>.",
  appointment: "aVdxT2lHdVNyQ2Rm.2",
  start: Date.parse("2026-11-24T09:20+03:00"),
  minutes: 20,
  occasion: NOW,
};

function telephone(account: GatewayAccount, channel: "sms" | "voice" = "sms", milliseconds?: number) {
  const http = createOutboundHttp(milliseconds === undefined ? {} : { milliseconds });
  return gatewayCarrier(channel, gatewayOf(account), { http, clock });
}

test("a notice is claimed for longer than every carrier, one after another, and noting it can take", () => {
  const others = CHANNELS.filter((channel) => channel !== "email");
  const longest = others.length * OUTBOUND_MS + MAIL_MS;
  expect(CLAIM_MS).toBeGreaterThanOrEqual(longest + 60_000);
});

describe("a signed webhook", () => {
  test("carries the text and a signature over id, time and body that only who knows the secret can make", async () => {
    const { url, received } = await receiver();
    expect(await telephone({ gateway: "webhook", url, key: SECRET }).send(LETTER)).toEqual({
      status: "sent",
    });
    const [{ headers, body } = expect.unreachable()] = received;
    const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".");
    const signature = createHmac("sha256", SECRET).update(signed).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
    expect(headers).toMatchObject({
      "webhook-id": LETTER.key,
      "idempotency-key": LETTER.key,
      "webhook-timestamp": String(NOW / 1000),
    });
    expect(JSON.parse(body.toString())).toEqual({
      type: "notice",
      channel: "sms",
      to: "+254700000001",
      kind: "confirmation",
      language: "sw",
      text: LETTER.text,
    });
  });

  test.each([
    [503, { status: "later", why: "http_503" }],
    [429, { status: "later", why: "http_429" }],
    [401, { status: "later", why: "http_401" }],
    [400, { status: "refused", why: "http_400" }],
  ])("that is answered %d", async (status, delivery) => {
    const { url } = await receiver(() => ({ status }));
    expect(await telephone({ gateway: "webhook", url, key: SECRET }).send(LETTER)).toEqual(delivery);
  });

  test("is not sent on to where an answer points, and waits no longer than it may", async () => {
    const elsewhere = await receiver();
    const pointing = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }));
    expect(await telephone({ gateway: "webhook", url: pointing.url, key: SECRET }).send(LETTER)).toEqual({
      status: "refused",
      why: "http_307",
    });
    expect(elsewhere.received).toEqual([]);
    const silent = await receiver(() => "silence");
    expect(
      await telephone({ gateway: "webhook", url: silent.url, key: SECRET }, "sms", 50).send(LETTER),
    ).toEqual({
      status: "later",
      why: "timed_out",
    });
  });

  test("does not read an answer without end", async () => {
    const { url } = await receiver(() => ({ status: 200, body: "x".repeat(5_000_000) }));
    const answer = await createOutboundHttp().send({ method: "POST", url, headers: {}, body: "" });
    expect(answer.body.length).toBeLessThanOrEqual(65_536);
  });
});

describe("Twilio", () => {
  const account = (url: string) =>
    ({ gateway: "twilio", url, user: "AC12", secret: "token", from: "+15550001111" }) as const;

  test("is asked for an SMS, and for a call that reads the text", async () => {
    const { url, received } = await receiver(() => ({ status: 201, body: "{}" }));
    expect(await telephone(account(url)).send(LETTER)).toEqual({ status: "sent" });
    await telephone(account(url), "voice").send(LETTER);
    const [sms, call] = received;
    expect(sms?.path).toBe("/2010-04-01/Accounts/AC12/Messages.json");
    expect(sms?.headers.authorization).toBe(`Basic ${btoa("AC12:token")}`);
    expect(Object.fromEntries(new URLSearchParams(sms?.body.toString()))).toEqual({
      To: "+254700000001",
      From: "+15550001111",
      Body: LETTER.text,
    });
    expect(call?.path).toBe("/2010-04-01/Accounts/AC12/Calls.json");
    expect(new URLSearchParams(call?.body.toString()).get("Twiml")).toBe(
      '<Response><Say language="sw-KE" loop="2">Miadi yako imethibitishwa: Jumanne, 24 Novemba, 09:20 &#60;&#38;&#62;.</Say></Response>',
    );
  });
});

describe("Africa's Talking", () => {
  const account = (url: string) =>
    ({ gateway: "africastalking", url, user: "clinics", secret: "key", from: "CLINIC" }) as const;
  const recipients = (statusCode: number) =>
    JSON.stringify({ SMSMessageData: { Recipients: [{ statusCode, number: "+254700000001" }] } });

  test.each([
    [101, { status: "sent" }],
    [403, { status: "refused", why: "code_403" }],
    [405, { status: "later", why: "code_405" }],
  ])("says %d of the number inside its answer", async (code, delivery) => {
    const { url, received } = await receiver(() => ({ status: 201, body: recipients(code) }));
    expect(await telephone(account(url)).send(LETTER)).toEqual(delivery);
    expect(received[0]?.path).toBe("/version1/messaging");
    expect(received[0]?.headers["apikey"]).toBe("key");
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body.toString()))).toEqual({
      username: "clinics",
      to: "+254700000001",
      from: "CLINIC",
      message: LETTER.text,
    });
  });

  test("is asked for a call by the notice's key, with which it comes back for the text", async () => {
    const { url, received } = await receiver(() => ({
      status: 201,
      body: '{"entries":[{"status":"Queued"}]}',
    }));
    expect(await telephone(account(url), "voice").send(LETTER)).toEqual({ status: "sent" });
    expect(received[0]?.path).toBe("/call");
    expect(new URLSearchParams(received[0]?.body.toString()).get("clientRequestId")).toBe(LETTER.key);
  });

  test("that answers what we do not know has not sent it", async () => {
    const { url } = await receiver(() => ({ status: 200, body: "<html>" }));
    expect(await telephone(account(url)).send(LETTER)).toEqual({ status: "refused", why: "answer_unknown" });
  });
});

test("a gateway's address names the gateway, its account and its host", () => {
  expect(parseGateway("twilio://AC1:to%2Fken@default?from=%2B15550001111", "sms")).toEqual({
    gateway: "twilio",
    url: "https://api.twilio.com/",
    user: "AC1",
    secret: "to/ken",
    from: "+15550001111",
  });
  expect(parseGateway("africastalking://u:k@default?from=+254711", "voice")).toMatchObject({
    url: "https://voice.africastalking.com/",
    from: "+254711",
  });
  expect(
    parseGateway(`https://whsec_${encodeURIComponent(SECRET.toString("base64"))}@g.example/send?x=1`, "sms"),
  ).toEqual({
    gateway: "webhook",
    url: "https://g.example/send?x=1",
    key: SECRET,
  });
  for (const wrong of [
    "https://g.example/send",
    "https://whsec_c2hvcnQ=@g.example/",
    "twilio://AC1@default",
    "ftp://x",
    "x",
  ])
    expect(parseGateway(wrong, "sms")).toBeUndefined();
});

describe("an e-mail", () => {
  /** A mail server that takes, or refuses, what it is given. */
  async function mailServer(refusal?: number) {
    const mails: string[] = [];
    const recipients: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo({ address }, _session, done) {
        recipients.push(address);
        done(refusal === undefined ? null : Object.assign(new Error("no"), { responseCode: refusal }));
      },
      onData(stream, _session, done) {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          mails.push(Buffer.concat(parts).toString());
          done();
        });
      },
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      server.close(() => undefined);
    });
    const { port } = server.server.address() as AddressInfo;
    return { mails, recipients, url: `smtp://127.0.0.1:${port}` };
  }

  /** A mail server that takes connections and never says a word; its address. */
  async function silentServer(): Promise<string> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}`;
  }

  const carrierTo = (url: string, milliseconds?: number) =>
    emailCarrier(createMailTransport(url, milliseconds), "desk@clinics.example");
  /** The calendar inside a mail, its folded lines joined. */
  function calendarIn(mail = ""): string {
    const [, encoded = ""] = /text\/calendar[^]*?base64[^]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(mail) ?? [];
    const [, plain = ""] = /(BEGIN:VCALENDAR[^]*?END:VCALENDAR)/.exec(mail) ?? [];
    return (plain || Buffer.from(encoded, "base64").toString()).replace(/=\r\n/g, "").replace(/\r\n /g, "");
  }

  test("brings the appointment for her calendar: one UID for its life, and a SEQUENCE that rises", async () => {
    const { mails, url } = await mailServer();
    const carrier = carrierTo(url);
    expect(await carrier.send(LETTER)).toEqual({ status: "sent" });
    await carrier.send({
      ...LETTER,
      kind: "change",
      occasion: NOW + 60_000,
      start: LETTER.start + 3_600_000,
    });
    await carrier.send({ ...LETTER, kind: "cancellation", occasion: NOW + 120_000 });
    expect(mails[0]).toContain("Message-ID: <k4wn1Q@clinics.example>");
    const calendars = mails.map(calendarIn);
    expect(calendars[0]).toContain("METHOD:REQUEST");
    expect(calendars[0]).toContain("DTSTART:20261124T062000Z");
    expect(calendars[0]).toContain("DTEND:20261124T064000Z");
    expect(calendars[1]).toContain("DTSTART:20261124T072000Z");
    expect(calendars[2]).toContain("METHOD:CANCEL");
    expect(calendars[2]).toContain("STATUS:CANCELLED");
    const uids = calendars.map((each) => /UID:(.*)\r\n/.exec(each)?.[1]);
    expect(new Set(uids)).toEqual(new Set([`${LETTER.appointment}@healthbridge`]));
    const sequences = calendars.map((each) => Number(/SEQUENCE:(\d+)/.exec(each)?.[1]));
    expect(sequences.map((each) => each - (sequences[0] ?? 0))).toEqual([0, 60, 120]);
    expect(sequences[2]).toBeLessThan(2 ** 31);
  });

  test("of a reminder brings no calendar: it decides nothing", async () => {
    const { mails, url } = await mailServer();
    await carrierTo(url).send({ ...LETTER, kind: "reminder" });
    expect(mails[0]).not.toContain("VCALENDAR");
    expect(mails[0]).not.toContain("text/calendar");
  });

  test("goes to one person, whatever her address looks like", async () => {
    const { recipients, url } = await mailServer();
    const to = { ...LETTER.to, email: "amina@example.org,other@example.org" };
    await carrierTo(url).send({ ...LETTER, to });
    expect(recipients).not.toContain("other@example.org");
  });

  test("is for later where the server is busy or away, and over where it refuses the address", async () => {
    const busy = await mailServer(451);
    expect(await carrierTo(busy.url).send(LETTER)).toEqual({ status: "later", why: "smtp_451" });
    const refusing = await mailServer(550);
    expect(await carrierTo(refusing.url).send(LETTER)).toEqual({ status: "refused", why: "smtp_550" });
    expect(await carrierTo("smtp://127.0.0.1:1").send(LETTER)).toMatchObject({ status: "later" });
  });

  test("waits for a mail server no longer than it may in all", async () => {
    const url = await silentServer();
    expect(await carrierTo(url, 50).send(LETTER)).toEqual({ status: "later", why: "timed_out" });
  });
});

describe("web push", () => {
  /** A browser: its keys, and what it makes of a message (RFC 8291). */
  function browser(endpoint: string) {
    const ecdh = createECDH("prime256v1");
    const auth = randomBytes(16);
    const p256dh = ecdh.generateKeys();
    const derive = (salt: Buffer, key: Buffer, info: Buffer, size: number) =>
      Buffer.from(hkdfSync("sha256", key, salt, info, size));
    const subscription = {
      endpoint,
      keys: { p256dh: p256dh.toString("base64url"), auth: auth.toString("base64url") },
    };
    return {
      target: { tenant: "kitui", device: "T3dKcEhsWmFxRXRu.1", subscription },
      read(body: Buffer): unknown {
        const salt = body.subarray(0, 16);
        const senderKey = body.subarray(21, 21 + (body[20] ?? 0));
        const sealed = body.subarray(21 + senderKey.length);
        const info = Buffer.concat([Buffer.from("WebPush: info\0"), p256dh, senderKey]);
        const ikm = derive(auth, ecdh.computeSecret(senderKey), info, 32);
        const key = derive(salt, ikm, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
        const nonce = derive(salt, ikm, Buffer.from("Content-Encoding: nonce\0"), 12);
        const decipher = createDecipheriv("aes-128-gcm", key, nonce).setAuthTag(sealed.subarray(-16));
        const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
        return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
      },
    };
  }

  const keys = { ...webPush.generateVAPIDKeys(), subject: "mailto:it@clinics.example" };

  function openCarrier() {
    const gone: string[] = [];
    const http = createOutboundHttp();
    const onGone = ({ device }: { readonly device: string }) => {
      gone.push(device);
      return Promise.resolve();
    };
    return { gone, carrier: pushCarrier({ keys, http, clock, onGone }) };
  }

  test("arrives at the push service signed by us, and only the browser can read it", async () => {
    const { url, received } = await receiver(() => ({ status: 201 }));
    const { target, read } = browser(url);
    const { carrier } = openCarrier();
    expect(await carrier.send({ ...LETTER, to: { ...LETTER.to, push: [target, target] } })).toEqual({
      status: "sent",
    });
    expect(received).toHaveLength(1);
    const [{ headers, body } = expect.unreachable()] = received;
    expect(body.toString("latin1")).not.toContain("Miadi");
    expect(read(body)).toEqual({
      key: LETTER.key,
      kind: "confirmation",
      title: LETTER.title,
      text: LETTER.text,
      language: "sw",
      appointment: LETTER.appointment,
    });
    expect(headers).toMatchObject({ ttl: "1200", urgency: "high", "content-encoding": "aes128gcm" });
    const [, token = ""] = /^vapid t=([^,]+), k=/.exec(headers.authorization ?? "") ?? [];
    const [head, claims, signature = ""] = token.split(".");
    const point = Buffer.from(keys.publicKey, "base64url");
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    };
    const signed = Buffer.from(`${head}.${claims}`);
    const key = { key: jwk, format: "jwk", dsaEncoding: "ieee-p1363" } as const;
    expect(verify("sha256", signed, key, Buffer.from(signature, "base64url"))).toBe(true);
  });

  test("that the push service has ended is not sent again, and leaves the next channel its turn", async () => {
    const { url } = await receiver(() => ({ status: 410 }));
    const { carrier, gone } = openCarrier();
    const { target } = browser(url);
    expect(await carrier.send({ ...LETTER, to: { ...LETTER.to, push: [target] } })).toEqual({
      status: "refused",
      why: "http_410",
    });
    expect(gone).toEqual([target.device]);
  });

  test("is sent where one device has it and the end of another's subscription cannot be noted", async () => {
    const [ended, living] = [
      await receiver(() => ({ status: 410 })),
      await receiver(() => ({ status: 201 })),
    ];
    const onGone = () => Promise.reject(new Error("busy"));
    const carrier = pushCarrier({ keys, http: createOutboundHttp(), clock, onGone });
    const push = [browser(ended.url).target, browser(living.url).target];
    expect(await carrier.send({ ...LETTER, to: { ...LETTER.to, push } })).toEqual({ status: "sent" });
    expect(living.received).toHaveLength(1);
  });

  test("goes to her other devices where what one of them subscribed with is no address or no key, and forgets that one", async () => {
    const { url, received } = await receiver(() => ({ status: 201 }));
    const { subscription } = browser(url).target;
    const offCurve = { ...subscription.keys, p256dh: `B${"A".repeat(86)}` };
    const broken = [
      { ...subscription, endpoint: `${url}#other`, keys: offCurve },
      { ...subscription, endpoint: "https://1.2.3.4.5/" },
      { ...subscription, endpoint: "https://push.example:99999/" },
    ];
    const { carrier, gone } = openCarrier();
    const push = broken.map((each, at) => ({
      tenant: "kitui",
      device: `T3dKcEhsWmFxRXRu.${String(at)}`,
      subscription: each,
    }));
    expect(await carrier.send({ ...LETTER, to: { ...LETTER.to, push } })).toEqual({
      status: "refused",
      why: "no_subscription",
    });
    expect(
      await carrier.send({ ...LETTER, to: { ...LETTER.to, push: [...push, browser(url).target] } }),
    ).toEqual({
      status: "sent",
    });
    expect(received).toHaveLength(1);
    expect(new Set(gone)).toEqual(new Set(push.map(({ device }) => device)));
  });

  test("reaches no address that is not on the public internet, by number or by name", async () => {
    const { url, received } = await receiver();
    const http = createOutboundHttp({ allowed: isPublicAddress });
    const carrier = pushCarrier({ keys, http, clock, onGone: () => Promise.resolve() });
    for (const endpoint of [
      url,
      url.replace("127.0.0.1", "localhost"),
      "https://[::ffff:127.0.0.1]/",
      "https://169.254.169.254/x",
    ])
      expect(
        await carrier.send({ ...LETTER, to: { ...LETTER.to, push: [browser(endpoint).target] } }),
      ).toEqual({
        status: "refused",
        why: "forbidden_address",
      });
    expect(received).toEqual([]);
  });

  test("knows public addresses from others", () => {
    for (const address of ["8.8.8.8", "172.15.0.1", "2606:4700::1111"])
      expect(isPublicAddress(address)).toBe(true);
    const others =
      "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.0.1 192.168.1.1 224.0.0.1 255.255.255.255";
    const six = ":: ::1 ::ffff:10.0.0.1 fc00::1 fe80::1 ff02::1 64:ff9b::7f00:1 2001:db8::1 2002:7f00:1::";
    for (const address of `${others} ${six}`.split(" "))
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });
});
