// A photo made small on the phone, before it waits and travels: at most 1600 pixels on its long side, JPEG. Turned
// upright as the camera meant it; position data go with the rest of the camera's notes. Where that fails, or gains
// nothing, the photo stays as it was: the server makes it small too.
const LONG_SIDE = 1600;
const QUALITY = 0.8;
const SMALL = 200 * 1024; // bytes; below that a photo travels as it is

function canvasOf(width, height) {
  if ("OffscreenCanvas" in globalThis) return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

function jpegOf(canvas) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

async function drawn(bitmap) {
  const part = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = canvasOf(Math.max(1, Math.round(bitmap.width * part)), Math.max(1, Math.round(bitmap.height * part)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // under what is see-through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return jpegOf(canvas);
}

export async function shrunk(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    try {
      const small = await drawn(bitmap);
      if (!small?.size || small.type !== "image/jpeg" || small.size >= file.size) return file;
      return new File([small], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: small.type, lastModified: file.lastModified });
    } finally {
      bitmap.close();
    }
  } catch {
    return file; // no picture that this browser can read, or no memory for it
  }
}
