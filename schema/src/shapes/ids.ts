import * as z from "zod/mini";
import { LARGEST_OPERATION_NUMBER } from "../ids.ts";

/**
 * A stream: the numbered sequence of operations that one device writes for one account in one lane.
 * 96 random bits as 16 base64url characters, drawn on the device before anyone signs in.
 */
export const StreamId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16}$/));
export type StreamId = z.infer<typeof StreamId>;

/** Position of an operation in its stream: 1, 2, 3 … without a gap. */
export const OperationNumber = z.int().check(z.minimum(1), z.maximum(LARGEST_OPERATION_NUMBER));

/**
 * The id of an operation, and of the thing it creates: `<stream>.<number>`.
 * So an operation can name what an earlier one, still queued, will create.
 */
export const EntityId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}$/));
export type EntityId = z.infer<typeof EntityId>;
