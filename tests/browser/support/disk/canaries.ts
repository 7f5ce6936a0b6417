/** Something that must not be readable on a disk. */
export interface Canary {
  readonly name: string;
  readonly bytes: Buffer;
}

/** One way in which it could lie there. */
export interface Form {
  readonly form: string;
  readonly bytes: Buffer;
}

/** Half of a token or key gives it away as well, and may be all that lies in one piece. */
const WORTH_HALVING_BYTES = 24;

export function text(name: string, value: string): Canary {
  return { name, bytes: Buffer.from(value, "utf8") };
}

/** A key, as hexadecimal digits. */
export function key(name: string, hex: string): Canary {
  return { name, bytes: Buffer.from(hex, "hex") };
}

/** Every way in which we would recognise it. */
export function formsOf({ bytes }: Canary): readonly Form[] {
  const half = bytes.length >> 1;
  const parts =
    bytes.length < WORTH_HALVING_BYTES ? [bytes] : [bytes.subarray(0, half), bytes.subarray(half)];
  const forms = parts.flatMap((part) => [
    { form: "as it is", bytes: part },
    { form: "UTF-16", bytes: Buffer.from(part.toString("utf8"), "utf16le") },
    { form: "Latin-1", bytes: Buffer.from(part.toString("utf8"), "latin1") },
    { form: "hexadecimal", bytes: Buffer.from(part.toString("hex")) },
    { form: "numbers", bytes: Buffer.from(part.join(",")) },
    ...[0, 1, 2].flatMap((before) => {
      const inside = insideBase64(part, before);
      return [
        { form: "base64", bytes: Buffer.from(inside) },
        { form: "base64url", bytes: Buffer.from(inside.replaceAll("+", "-").replaceAll("/", "_")) },
        { form: "base64 in UTF-16", bytes: Buffer.from(inside, "utf16le") },
      ];
    }),
  ]);
  // Many a text is the same in several of them; the first names it.
  const unlike = new Map(forms.toReversed().map((each) => [each.bytes.toString("hex"), each]));
  return [...unlike.values()];
}

/** The letters that stand for these bytes wherever they begin within a longer text: those that neighbours decide are left out. */
function insideBase64(part: Buffer, before: number): string {
  const letters = Buffer.concat([Buffer.alloc(before), part]).toString("base64");
  return letters.slice(Math.ceil((before * 8) / 6), Math.floor(((before + part.length) * 8) / 6));
}
