import * as z from "zod";
import { parseStoragePlace, showStoragePlace } from "../attachments/storage-setting.ts";
import { setting, text } from "./setting.ts";

const place = text.transform((value, context) => {
  const parsed = parseStoragePlace(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "Invalid input" });
  return z.NEVER;
});

/** Where photos and voice notes are kept. */
export const ATTACHMENT_SETTINGS = {
  attachments: setting({
    name: "HEALTHBRIDGE_ATTACHMENTS",
    help: "Where photos and voice notes are kept: a folder, which several server processes must have in common, or a bucket of a service that speaks S3. Back it up together with the database.",
    example: "s3+https://KEY:SECRET@s3.example/clinic-photos?region=eu-west-1",
    expected: "the path of a folder, or s3+https://KEY:SECRET@host/bucket?region=REGION",
    standard: "attachments in the data folder",
    read: place.optional(),
    show: (value) => (value === undefined ? "(in the data folder)" : showStoragePlace(value)),
  }),
} as const;
