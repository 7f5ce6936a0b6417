/** Limits of everything that has a socket. Times in ms. */
export const REALTIME = {
  /** how long a ticket is good */
  ticketMs: 30_000,
  /** random bytes of a ticket */
  ticketBytes: 24,
  /** until a request for a socket has its answer */
  upgradeMs: 5_000,
  /** one address may ask for one socket where it may ask so many other requests: many people can share one behind a mobile network's gateway */
  requestsPerUpgrade: 10,
  /** of these refused for want of a good ticket or origin: after that nothing is looked up any more */
  refusalsPerMinute: 60,
  /** pieces of one message */
  fragments: 256,
  /** a socket that said nothing for so long is asked whether it is there; twice so long: it is not */
  beatMs: 14_000,
  /** between two looks at all sockets */
  lookMs: 1_000,
  /** bytes that may wait for one socket */
  backlogBytes: 1_048_576,
  /** how long what waits for a socket may stay as it is */
  stallMs: 20_000,
  /** between saying why a socket is closed and closing it */
  goodbyeMs: 2_000,
  /** between two looks at the sessions behind all sockets: what was ended elsewhere is cut within five seconds */
  sessionsMs: 3_000,
  /** over how long devices spread their return when a server stops */
  returnMs: 5_000,
} as const;

/** Limits of a device's line, the socket that carries syncs. */
export const CONNECTION = {
  /** lines of one account, on one process */
  perAccount: 10,
  framesPerSecond: 20,
  framesAtOnce: 60,
  /** syncs that are being answered at one time */
  underWay: 4,
  /** bytes of changes in a page that was not asked for: what is more is asked for */
  pageBytes: 16_384,
  /** what is said of typing and looking at conversations */
  whispers: { perSecond: 5, atOnce: 20 },
  /** what ends of calls say: many ways by which they can be reached come at once */
  callSignals: { perSecond: 10, atOnce: 60 },
  /** conversations that one line looks at */
  rooms: 32,
  /** bytes that wait for a line from which on no whisper is added to them */
  whisperBacklogBytes: 65_536,
} as const;

/** Limits of relays for calls. */
export const RELAYS = {
  /** how long what opens a relay is good: a call that has begun keeps asking with it */
  seconds: 21_600,
  /** random bytes of the name under which somebody uses it */
  nameBytes: 9,
} as const;

/** Why a socket was closed, beside the codes of RFC 6455. All but `sessionOver` mean: come back. */
export const CLOSE = {
  /** the server stops; the reason is after how many ms to return */
  goingAway: 1012,
  /** what came was not ours, or too much of it */
  policy: 1008,
  /** a message that is too large */
  tooLarge: 1009,
  /** our own fault */
  fault: 1011,
  /** signed out, revoked, disabled, or not used for too long */
  sessionOver: 4401,
  /** what was sent was not taken in time; what was missed comes with the next sync */
  tooSlow: 4508,
  /** never sent: nothing was heard for too long */
  silent: 4408,
} as const;
