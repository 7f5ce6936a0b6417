/** One file an app is made of. */
export interface Asset {
  /** from the root of the site, as `/patient/index.html` */
  readonly url: string;
  /** changes with its content; left out where the address itself does (`/patient/assets/app-Bx3k.js`) */
  readonly revision?: string | undefined;
  /**
   * SHA-256 of its content as the browser compares it, as `sha256-…` in base64; left out: not compared. For pages: else one that somebody sends in their place (a proxy's notice, the page
   * of the version that is being put in) would be kept as the app
   */
  readonly integrity?: string | undefined;
  /**
   * Not needed before somebody is in: not fetched at install, but once a page asks for the whole app (`keepAll`), or for this file; default: fetched at install. So whoever only looks at the first
   * screen does not pay for the rest
   */
  readonly later?: boolean | undefined;
}

/** What a precache needs of the worker. */
export interface PrecacheParts {
  readonly caches: CacheStorage;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** of the caches; apps of one site have names of their own */
  readonly name: string;
  readonly assets: readonly Asset[];
  /** the worker's scope, against which addresses are resolved */
  readonly base: string;
}

/** Of the layout of the caches; another number leaves what was kept under it to be removed. */
const FORMAT = 1;
const PREFIX = "healthbridge-app";
const REVISION = "healthbridge-revision";
/** Kept beside the files where the whole app is wanted on this device: then later versions are fetched whole as well. */
const WHOLE = "healthbridge-whole";
/** Files fetched at once: on a line that breaks a few whole ones are worth more than many halves, and on a slow one nobody waits a round trip for each. */
const AT_ONCE = 3;

/**
 * The files of one version of an app, in one cache with those of the version before. A file is kept under its address and revision: so an install fetches only what has
 * changed, one that was cut goes on where it was, and until the last file is there the old version is whole.
 */
export class Precache {
  readonly #parts: PrecacheParts;
  readonly #cacheName: string;
  /** the key of each file, by its path */
  readonly #keys: ReadonlyMap<string, string>;
  readonly #whole: string;
  /** one fetching after another: two at once would fetch the same files twice */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: PrecacheParts) {
    this.#parts = parts;
    this.#cacheName = `${PREFIX}:${String(FORMAT)}:${parts.name}`;
    this.#whole = new URL(WHOLE, parts.base).href;
    this.#keys = new Map(
      parts.assets.map(({ url, revision }) => {
        const address = new URL(url, parts.base);
        const path = address.pathname;
        if (revision !== undefined) address.searchParams.set(REVISION, revision);
        return [path, address.href];
      }),
    );
  }

  /** Whether a path is one of this version's files. */
  has(path: string): boolean {
    return this.#keys.has(path);
  }

  /**
   * Fetches what is not here yet: the whole app where it is wanted, else what is not for later. Rejects where one file cannot be had; what arrived stays for the next
   * try.
   */
  install(): Promise<void> {
    return this.#inTurn(async (cache) => {
      const isWhole = (await cache.match(this.#whole, AS_KEPT)) !== undefined;
      await this.#fetchAll(cache, isWhole);
    });
  }

  /** Fetches the rest, now and with every later version. Rejects as `install`. */
  keepAll(): Promise<void> {
    return this.#inTurn(async (cache) => {
      await cache.put(this.#whole, new Response());
      await this.#fetchAll(cache, true);
    });
  }

  #inTurn(work: (cache: Cache) => Promise<void>): Promise<void> {
    const done = this.#turn.then(async () => work(await this.#open()));
    this.#turn = done.catch(() => undefined); // whoever asked is told
    return done;
  }

  async #fetchAll(cache: Cache, isWhole: boolean): Promise<void> {
    const left = this.#parts.assets.filter(({ later }) => isWhole || later !== true).values();
    const fetchSome = async (): Promise<void> => {
      for (const asset of left) {
        const key = this.#keys.get(new URL(asset.url, this.#parts.base).pathname) ?? asset.url;
        if ((await cache.match(key, AS_KEPT)) === undefined) await this.#fetch(cache, asset, key);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, fetchSome));
  }

  /** One of this version's files: as it is kept, or, where the browser has dropped it, fetched and kept again. */
  async file(path: string): Promise<Response | undefined> {
    const key = this.#keys.get(path);
    const asset = this.#parts.assets.find(({ url }) => new URL(url, this.#parts.base).pathname === path);
    if (key === undefined || asset === undefined) return undefined;
    const cache = await this.#open();
    return (await cache.match(key, AS_KEPT)) ?? (await this.#fetch(cache, asset, key));
  }

  /** A file of the version before, for a page that was begun with it. */
  async formerFile(path: string): Promise<Response | undefined> {
    const address = new URL(path, this.#parts.base).href;
    return (await this.#open()).match(address, { ...AS_KEPT, ignoreSearch: true });
  }

  /** Removes what is of no version but former ones. */
  async prune(): Promise<void> {
    const { caches, name } = this.#parts;
    const cache = await this.#open();
    const wanted = new Set([...this.#keys.values(), this.#whole]);
    for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url, AS_KEPT);
    for (const other of await caches.keys())
      if (other !== this.#cacheName && other.startsWith(`${PREFIX}:`) && other.endsWith(`:${name}`))
        await caches.delete(other);
  }

  async #fetch(cache: Cache, { url, revision, integrity }: Asset, key: string): Promise<Response> {
    // What has its content in its address may come from the browser's own cache; the rest is asked for.
    const response = await this.#parts.fetch(new URL(url, this.#parts.base).href, {
      ...(revision !== undefined && { cache: "no-cache" }),
      ...(integrity !== undefined && { integrity }),
    });
    if (!isFile(url, response))
      throw new TypeError(`${url} could not be fetched (${String(response.status)})`);
    await cache.put(key, response.clone());
    return response;
  }

  #open(): Promise<Cache> {
    return this.#parts.caches.open(this.#cacheName);
  }
}

/** Keys are whole addresses; what a server said of variants does not count. */
const AS_KEPT = { ignoreVary: true } as const;

/** Whether this is the file and not a page that somebody sent in its place (a captive portal, a server's page for what it does not have). */
function isFile(url: string, { ok, status, redirected, headers }: Response): boolean {
  const isPage = (headers.get("content-type") ?? "").includes("text/html");
  const wantsPage = /(\/|\.html?)$/.test(new URL(url, "https://a").pathname);
  return ok && status === 200 && !redirected && (wantsPage || !isPage);
}
