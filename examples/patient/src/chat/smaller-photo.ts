/** Longest side of a photo that is sent: a rash and a letter are legible at it. */
const LONGEST_SIDE = 1_600;
const QUALITY = 0.8;
/** Below this a photo goes as it is. */
const SMALL_BYTES = 250_000;

/**
 * A photo made smaller before it is sent, without what the camera wrote into it, the place included: data costs her money. Where the browser cannot, or it would not be
 * smaller, it stays as it is.
 */
export async function smallerPhoto(photo: Blob): Promise<Blob> {
  if (photo.size <= SMALL_BYTES && photo.type !== "image/jpeg") return photo;
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return photo;
  const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  } finally {
    picture.close();
  }
}
