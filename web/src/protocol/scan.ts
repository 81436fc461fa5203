/** Reading codes: a part of its own, fetched when somebody scans. Nothing of a picture leaves the device. */

export type Reader = (source: ImageBitmapSource) => Promise<string | null>;

/** Return a function that finds the first QR code in a picture, and says what stands in it. */
export async function reader(): Promise<Reader> {
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  // Its own file, from our own server: the default would ask a stranger's.
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path),
    },
  });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
}
