/** Asks another server, as the platform's `fetch`; the answer's body is read as it comes. */
export type Fetch = (request: Request) => Promise<Response>;

/** From the first byte that is sent to the head of the answer; a file of a few megabytes within one data centre. */
const HEAD_MILLISECONDS = 30_000;

/** The network, for a service that the operator names. No redirect is followed. */
export const systemFetch: Fetch = async (request) => {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error("no answer in time"));
  }, HEAD_MILLISECONDS);
  try {
    return await fetch(request, { redirect: "manual", signal: late.signal });
  } finally {
    clearTimeout(timer);
  }
};
