import { DEVICE_FRAMES, type DeviceFrame } from "@healthbridge/schema";
import { parseRequest } from "../http/body.ts";
import { faultIn } from "../http/json-guard.ts";
import { httpProblem } from "../http/problem.ts";

/** The id under which whoever sent a frame waits for an answer, if it has one that can be read. */
export function idOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  const id = DEVICE_FRAMES.sync.shape.id.safeParse(value.id);
  return id.success ? id.data : undefined;
}

/**
 * Reads a frame. Of a sync only that it is one: the request in it is read by itself.
 * @throws HttpProblem `malformed`, `unknown_field`; `unsupported` for a frame of a later version
 */
export function readDeviceFrame(value: unknown): DeviceFrame {
  if (typeof value !== "object" || value === null) throw httpProblem("malformed");
  if ("sync" in value) return parseRequest(DEVICE_FRAMES.sync, value);
  const fault = faultIn(value);
  if (fault !== undefined) throw httpProblem("malformed", fault.path, fault.detail);
  if ("typing" in value) return parseRequest(DEVICE_FRAMES.typing, value);
  if ("presence" in value) return parseRequest(DEVICE_FRAMES.presence, value);
  if ("call" in value) return parseRequest(DEVICE_FRAMES.call, value);
  throw httpProblem("unsupported");
}
