import * as z from "zod/mini";
import { Account, Device, Login, Role } from "../shapes/account.ts";
import { EntityId } from "../shapes/ids.ts";
import { PushSubscription } from "../shapes/push.ts";
import { Language, Name } from "../shapes/texts.ts";
import type { Contract } from "./contract.ts";

const Clinics = z.array(EntityId).check(z.maxLength(50));

export const ACCOUNT_CONTRACTS = {
  "account.update": {
    input: z.strictObject({
      account: EntityId,
      name: z.exactOptional(Name),
      language: z.exactOptional(Language),
    }),
    problems: ["not_found"],
    rest: {
      method: "patch",
      path: "/v1/accounts/:account",
      summary: "Correct an account's name or language",
    },
  },
  "account.register": {
    input: z.strictObject({
      login: Login,
      name: Name,
      role: Role,
      clinics: z.optional(Clinics),
      doctor: z.optional(EntityId),
      language: z.optional(Language),
    }),
    problems: ["login_taken", "forbidden", "not_found", "conflict"],
  },
  "account.setStatus": {
    input: z.strictObject({ account: EntityId, status: Account.shape.status }),
    problems: ["not_found", "forbidden", "conflict"],
    rest: {
      method: "put",
      path: "/v1/accounts/:account/status",
      summary: "Disable an account, which ends its sessions for good, or enable it again",
    },
  },
  "account.setClinics": {
    input: z.strictObject({ account: EntityId, clinics: Clinics }),
    problems: ["not_found", "forbidden"],
    rest: {
      method: "put",
      path: "/v1/accounts/:account/clinics",
      summary: "Say which clinics a member of staff works for",
    },
  },
  "device.add": {
    input: z.strictObject({ account: EntityId, name: Name }),
    problems: ["not_found"],
  },
  "device.revoke": {
    input: z.strictObject({ device: Device.shape.id }),
    problems: ["not_found"],
    rest: { method: "delete", path: "/v1/devices/:device", summary: "Sign a device out" },
  },
  "device.subscribePush": {
    input: z.strictObject({ device: Device.shape.id, push: PushSubscription }),
    problems: ["not_found", "conflict"],
    rest: {
      method: "put",
      path: "/v1/devices/:device/push",
      summary: "Have push messages sent to a device of one's own",
    },
  },
  "device.unsubscribePush": {
    input: z.strictObject({ device: Device.shape.id, endpoint: z.optional(PushSubscription.shape.endpoint) }),
    problems: ["not_found"],
    rest: {
      method: "delete",
      path: "/v1/devices/:device/push",
      summary: "Have no more push messages sent to a device",
    },
  },
} as const satisfies Readonly<Record<string, Contract>>;
