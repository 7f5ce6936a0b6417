import {
  type OutboundAnswer,
  OutboundError,
  type OutboundHttp,
  type OutboundRequest,
} from "../../adapters/outbound-http.ts";
import type { Delivery } from "./carrier.ts";

/** What an HTTP status says: busy, or our own key is wrong (which an operator mends), is for later; that the message is at fault is final. */
export function byStatus(status: number): Delivery {
  if (status >= 200 && status < 300) return { status: "sent" };
  const later = status >= 500 || [401, 403, 408, 425, 429].includes(status);
  return { status: later ? "later" : "refused", why: `http_${status}` };
}

/** Asks a gateway, and what it made of it; where nobody answers it is for later. */
export async function ask(
  http: OutboundHttp,
  request: OutboundRequest,
  judge: (answer: OutboundAnswer) => Delivery = ({ status }) => byStatus(status),
): Promise<Delivery> {
  try {
    return judge(await http.send(request));
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const final = error.why === "forbidden_address";
    return { status: final ? "refused" : "later", why: error.why };
  }
}
