/** Reading codes: a part of its own, fetched when somebody scans. Nothing of a picture leaves the device. */

export type Reader<T> = (source: ImageBitmapSource) => Promise<T | null>;

/** Return a function that finds the first QR code in a picture, and says what stands in it. */
export async function reader(): Promise<Reader<string>> {
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  // Its own file, from our own server: the default would ask a stranger's.
  prepareZXingModule({ overrides: from(wasm) });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
}

/** Return a function that finds the first QR code in a picture, and returns its bytes: not every code is text. */
export async function byteReader(): Promise<Reader<Uint8Array>> {
  const [{ prepareZXingModule, readBarcodes }, { default: wasm }] = await Promise.all([
    import("zxing-wasm/reader"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  prepareZXingModule({ overrides: from(wasm) });
  return async (source) => {
    const bitmap = await createImageBitmap(source);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return null;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const [found] = await readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
    return found?.bytes ?? null;
  };
}

function from(wasm: string) {
  return {
    locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path),
  };
}
