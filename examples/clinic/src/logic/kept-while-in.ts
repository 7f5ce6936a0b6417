/** What somebody has begun, by the device that is open and by clinic. A lock closes the device, so nothing of it reaches whoever comes next; it lies in memory alone. */
export class KeptWhileIn<T> {
  readonly #begun = new WeakMap<object, Map<string, T>>();

  of(device: object, clinic = ""): T | undefined {
    return this.#begun.get(device)?.get(clinic);
  }

  keep(begun: T, device: object, clinic = ""): void {
    const ofDevice = this.#begun.get(device) ?? new Map<string, T>();
    this.#begun.set(device, ofDevice.set(clinic, begun));
  }
}
