import { BALLAST } from "./connection.ts";
import { result } from "./promises.ts";

/**
 * Whether the ballast of the database of this name is there: what the store throws off, when the device is full, so that something urgent still fits.
 * @returns `undefined` where there is no such database, or it cannot be looked at
 */
export async function reserveIsWhole(name: string, factory: IDBFactory): Promise<boolean | undefined> {
  try {
    const request = factory.open(name);
    // A database that is not there would be made by looking: that is undone.
    request.addEventListener("upgradeneeded", () => request.transaction?.abort());
    const database = await result(request);
    try {
      if (!database.objectStoreNames.contains(BALLAST)) return undefined;
      return (await result(database.transaction(BALLAST).objectStore(BALLAST).count())) > 0;
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}
