import { createTransport } from "nodemailer";

export interface Mail {
  readonly from: string;
  /** one address; never read as a list */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** without brackets: the same mail has the same, so that it can be known when it comes twice */
  readonly messageId: string;
  readonly calendar: { readonly method: "REQUEST" | "CANCEL"; readonly content: string } | undefined;
}

/** Why a mail server did not take a mail. */
export class MailError extends Error {
  override readonly name = "MailError";
  /** `smtp_550`, `ECONNREFUSED` */
  readonly why: string;
  /** it is of no use to try again */
  readonly final: boolean;
  constructor(why: string, final: boolean, cause?: unknown) {
    super(why, { cause });
    this.why = why;
    this.final = final;
  }
}

/** Gives mails to a mail server. */
export interface MailTransport {
  /** @throws MailError */
  send(mail: Mail): Promise<void>;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
/** What a mail may take in all: a server that is slow at each of its steps, or says a little again and again, holds a notice no longer. */
export const MAIL_MS = 60_000;

/**
 * @param url `smtp://user:password@host:587`, or `smtps://`
 * @param milliseconds from the look-up of the name to the last answer
 */
export function createMailTransport(url: string, milliseconds = MAIL_MS): MailTransport {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from, to, subject, text, messageId, calendar }) {
      try {
        const sending = transport.sendMail({
          from,
          to: { name: "", address: to },
          subject,
          text,
          messageId: `<${messageId}>`,
          headers: { "auto-submitted": "auto-generated" },
          ...(calendar === undefined ? {} : { icalEvent: { ...calendar, filename: "appointment.ics" } }),
        });
        await within(milliseconds, sending);
      } catch (error) {
        throw mailError(error);
      }
    },
  };
}

/** A server that says a little again and again is never silent. */
async function within(milliseconds: number, sending: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new MailError("timed_out", false));
  }, milliseconds);
  try {
    await Promise.race([sending, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A 5xx about this mail is final; one about our own password, or no answer at all, an operator can mend. */
function mailError(error: unknown): MailError {
  if (error instanceof MailError) return error;
  const facts: object = error instanceof Error ? error : {};
  const code: unknown = Reflect.get(facts, "code");
  const response: unknown = Reflect.get(facts, "responseCode");
  const status = typeof response === "number" ? response : undefined;
  const why = status === undefined ? (typeof code === "string" ? code : "broken") : `smtp_${status}`;
  return new MailError(why, status !== undefined && status >= 500 && code !== "EAUTH", error);
}
