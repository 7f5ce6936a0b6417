/** Safari begins to read a file after the click that asks for it: an address that is gone by then saves nothing. */
const STAYS_MS = 60_000;

/** Hands a file to whoever sits at the device; where it goes is the browser's and her choice. */
export function saveFile(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), STAYS_MS);
}
