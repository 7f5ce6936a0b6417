import { ATTACHMENT_LIMITS } from "@healthbridge/schema/client";

/** Longest sides and qualities that are tried, until the picture is small enough to be sent first. */
const TRIES = [
  { side: 240, quality: 0.6 },
  { side: 160, quality: 0.5 },
  { side: 96, quality: 0.4 },
] as const;

/** Makes a small JPEG of a photo, where the platform can (browsers and workers; not Node): upright as it was taken, and without what the camera wrote beside it, the place included. */
export async function makeThumbnail(photo: Blob): Promise<Blob | undefined> {
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return undefined;
  const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
  try {
    for (const { side, quality } of TRIES) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const width = Math.max(1, Math.round(picture.width * scale));
      const height = Math.max(1, Math.round(picture.height * scale));
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
      const made = await canvas.convertToBlob({ type: "image/jpeg", quality });
      if (made.size <= ATTACHMENT_LIMITS.thumbnailBytes) return made;
    }
    return undefined;
  } finally {
    picture.close();
  }
}
