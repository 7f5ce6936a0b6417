import type { TenantTouch } from "./tenant-touch.ts";

/** Thrown to roll back and begin again with more keys: locks are taken in one order only, never afterwards. */
export class MoreKeys extends Error {
  override readonly name = "MoreKeys";
  readonly touches: readonly TenantTouch[];
  constructor(touches: readonly TenantTouch[]) {
    super("more has to be looked up");
    this.touches = touches;
  }
}
