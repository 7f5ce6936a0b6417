import type { CallWay, MicrophoneTrouble } from "../calls/call-state.ts";

/** What one end of a call tells whoever opened it. */
export interface CallListener {
  /** this end describes itself once more: it knows all its ways by now */
  readonly onDescribed: (sdp: string) => void;
  readonly onWay: (way: CallWay) => void;
  readonly onConnection: (is: "up" | "weak" | "lost") => void;
  /** sound and pictures of the other end; the same stream again where a picture has come or gone */
  readonly onRemote: (stream: MediaStream, pictures: boolean) => void;
}

/** How one end of a call is opened. */
export interface CallSetting extends CallListener {
  /** as `RTCPeerConnection` takes them */
  readonly relays: ReadonlyArray<{
    readonly urls: readonly string[];
    readonly username: string;
    readonly credential: string;
  }>;
  /** without a microphone */
  readonly listen: boolean;
}

/** One end of a call: a microphone, perhaps a camera, and the connection to the other end. */
export interface CallConnection {
  /** Describes this end, which calls. */
  offer(): Promise<string>;
  /** Describes this end, which was called. */
  answer(offer: string): Promise<string>;
  /** Takes in what the other end answered. */
  take(answer: string): Promise<void>;
  add(way: CallWay): Promise<void>;
  /** Whether what is said here is heard there. */
  speak(on: boolean): void;
  /** Shows what the camera sees, or ceases to; the stream to show here. @throws where there is no camera */
  show(on: boolean): Promise<MediaStream | undefined>;
  /** Gives microphone, camera and connection back. */
  close(): void;
}

/** Opens one end of a call. @throws NoMicrophone */
export type OpenCallMedia = (setting: CallSetting) => Promise<CallConnection>;

/** There is no microphone, or this page may not use it. */
export class NoMicrophone extends Error {
  override readonly name = "NoMicrophone";
  readonly trouble: MicrophoneTrouble;

  constructor(trouble: MicrophoneTrouble, cause: unknown) {
    super(`no microphone: ${trouble}`, { cause });
    this.trouble = trouble;
  }
}

/** Speech is understood at this; with heads about 40 kbit/s go over the line. */
const SOUND_BITS = 16_000;
/** A face that moves a little, small. */
const PICTURE_BITS = 150_000;
const PICTURE = { width: { ideal: 320 }, height: { ideal: 240 }, frameRate: { ideal: 12 } } as const;

/** Calls as browsers have them (WebRTC); `undefined` where there are none. */
export function platformCallMedia(): OpenCallMedia | undefined {
  return typeof RTCPeerConnection === "undefined" ? undefined : (setting) => openMedia(setting);
}

async function openMedia(setting: CallSetting): Promise<CallConnection> {
  const microphone = setting.listen ? undefined : await openMicrophone();
  return new BrowserCall(setting, microphone);
}

async function openMicrophone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const denied = error instanceof DOMException && /NotAllowed|Security/.test(error.name);
    throw new NoMicrophone(denied ? "denied" : "missing", error);
  }
}

/** Sound and pictures both stand in the first description: a camera that is opened later needs no word with the other end. */
class BrowserCall implements CallConnection {
  readonly #setting: CallSetting;
  readonly #connection: RTCPeerConnection;
  readonly #microphone: MediaStream | undefined;
  readonly #remote = new MediaStream();
  #camera: MediaStream | undefined;

  constructor(setting: CallSetting, microphone: MediaStream | undefined) {
    const iceServers = setting.relays.map(({ urls, ...rest }) => ({ ...rest, urls: [...urls] }));
    const connection = new RTCPeerConnection({ iceServers });
    this.#setting = setting;
    this.#connection = connection;
    this.#microphone = microphone;
    connection.addEventListener("icecandidate", ({ candidate: found }) => {
      if (found === null || found.candidate === "") return;
      const { candidate, sdpMid, sdpMLineIndex } = found;
      setting.onWay({ candidate, mid: sdpMid ?? undefined, index: sdpMLineIndex ?? undefined });
    });
    connection.addEventListener("icegatheringstatechange", () => {
      const { localDescription: own } = connection;
      if (connection.iceGatheringState === "complete" && own?.type === "offer") setting.onDescribed(own.sdp);
    });
    connection.addEventListener("connectionstatechange", () => {
      const is = WORDS[connection.connectionState];
      if (is !== undefined) setting.onConnection(is);
    });
    connection.addEventListener("track", ({ track }) => {
      this.#remote.addTrack(track);
      for (const change of ["mute", "unmute", "ended"] as const)
        track.addEventListener(change, () => this.#tellRemote());
      this.#tellRemote();
    });
  }

  async offer(): Promise<string> {
    this.#connection.addTransceiver("audio");
    this.#connection.addTransceiver("video");
    await this.#plug();
    await this.#connection.setLocalDescription();
    return this.#own();
  }

  async answer(offer: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: "offer", sdp: offer });
    for (const each of this.#connection.getTransceivers()) each.direction = "sendrecv";
    await this.#plug();
    await this.#connection.setLocalDescription();
    return this.#own();
  }

  async take(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
    await this.#spare();
  }

  async add({ candidate, mid, index }: CallWay): Promise<void> {
    await this.#connection.addIceCandidate({
      candidate,
      sdpMid: mid ?? null,
      ...(index !== undefined && { sdpMLineIndex: index }),
    });
  }

  speak(on: boolean): void {
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = on;
  }

  async show(on: boolean): Promise<MediaStream | undefined> {
    stop(this.#camera);
    this.#camera = on ? await navigator.mediaDevices.getUserMedia({ video: PICTURE }) : undefined;
    // It was closed while somebody was asked for the camera.
    if (this.#connection.connectionState === "closed") stop(this.#camera);
    else await this.#senderOf("video")?.replaceTrack(this.#camera?.getVideoTracks()[0] ?? null);
    return this.#camera;
  }

  close(): void {
    stop(this.#microphone);
    stop(this.#camera);
    this.#connection.close();
  }

  async #plug(): Promise<void> {
    await this.#senderOf("audio")?.replaceTrack(this.#microphone?.getAudioTracks()[0] ?? null);
    await this.#spare();
  }

  /** Data costs money. A browser that cannot be told so sends what it likes. */
  async #spare(): Promise<void> {
    for (const [kind, maxBitrate] of [
      ["audio", SOUND_BITS],
      ["video", PICTURE_BITS],
    ] as const) {
      const sender = this.#senderOf(kind);
      const parameters = sender?.getParameters();
      for (const encoding of parameters?.encodings ?? []) encoding.maxBitrate = maxBitrate;
      if (parameters !== undefined && parameters.encodings.length > 0)
        await sender?.setParameters(parameters).catch(() => undefined);
    }
  }

  #senderOf(kind: "audio" | "video"): RTCRtpSender | undefined {
    return this.#connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind)?.sender;
  }

  #own(): string {
    return this.#connection.localDescription?.sdp ?? "";
  }

  #tellRemote(): void {
    const pictures = this.#remote.getVideoTracks().some((each) => !each.muted && each.readyState === "live");
    this.#setting.onRemote(this.#remote, pictures);
  }
}

const WORDS: Readonly<Partial<Record<RTCPeerConnectionState, "up" | "weak" | "lost">>> = {
  connected: "up",
  disconnected: "weak",
  failed: "lost",
};

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
