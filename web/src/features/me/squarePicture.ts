const SIDE = 512;

/** A picture that may be shown to everybody: a file as it was chosen is none. */
export type SquarePicture = Blob & { readonly __brand: "SquarePicture" };

/** Return the middle of a picture as a small square. Where it was taken, and by what camera, stays behind. */
export async function squarePicture(file: Blob): Promise<SquarePicture> {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, SIDE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  context.drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (made) => (made === null ? reject(new Error("no picture")) : resolve(made as SquarePicture)),
      "image/jpeg",
      0.85,
    );
  });
}
