import { MailError, type MailTransport } from "../../adapters/mail-transport.ts";
import { calendarOf } from "./calendar.ts";
import { type Carrier, hasAddress } from "./carrier.ts";

/** Carries e-mails, with the appointment for her calendar. A mail that is sent again has the same Message-ID: mail servers may, but need not, deliver it once. */
export function emailCarrier(transport: MailTransport, from: string): Carrier {
  const domain = from.slice(from.indexOf("@") + 1);
  return {
    channel: "email",
    reaches: (to) => hasAddress("email", to),
    async send(letter) {
      const { to, title, text, key } = letter;
      if (to.email === undefined) return { status: "refused", why: "no_address" };
      try {
        await transport.send({
          from,
          to: to.email,
          subject: title,
          text,
          messageId: `${key}@${domain}`,
          calendar: calendarOf(letter, from),
        });
        return { status: "sent" };
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        return { status: error.final ? "refused" : "later", why: error.why };
      }
    },
  };
}
