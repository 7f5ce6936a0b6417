import type { TextLanguage } from "../texts/texts.ts";
import { form, type Gateway, inXml } from "./gateway.ts";

/** What the settings say of an account at Twilio. */
export interface TwilioAccount {
  readonly url: string;
  /** `AC…` */
  readonly user: string;
  readonly secret: string;
  /** a number, or the SID of a messaging service */
  readonly from: string;
}

const SPOKEN: Readonly<Record<TextLanguage, string>> = { en: "en-GB", sw: "sw-KE", hi: "hi-IN" };

/** SMS and calls by Twilio's REST interface of 2010-04-01. It knows no idempotency key: what it is asked twice it does twice. */
export function twilioGateway({ url, user, secret, from }: TwilioAccount): Gateway {
  const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
  return {
    request({ channel, phone, letter: { text, language } }) {
      const sms = channel === "sms";
      const sender = sms && from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
      const said = sms ? { Body: text } : { Twiml: spoken(text, SPOKEN[language]) };
      const { body, headers } = form({ To: phone, ...sender, ...said });
      const path = `2010-04-01/Accounts/${encodeURIComponent(user)}/${sms ? "Messages" : "Calls"}.json`;
      return {
        method: "POST",
        url: new URL(path, url).href,
        body,
        headers: { ...headers, authorization },
      };
    },
  };
}

/** Twice, for whoever was still lifting the phone to her ear. */
function spoken(text: string, language: string): string {
  return `<Response><Say language="${language}" loop="2">${inXml(text)}</Say></Response>`;
}
