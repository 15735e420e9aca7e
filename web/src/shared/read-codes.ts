/** What a browser brings along to read codes, where it does: the part of it that is used here. */
interface Detector {
  detect(from: HTMLVideoElement): Promise<{ readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

/** So often the browser's own reader looks at the picture. */
const LOOK_MS = 150;

/** The browser's own reader; nothing where it has none for QR codes. */
async function own(): Promise<Detector | null> {
  const Reader = (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (Reader === undefined) return null;
  const formats = await Reader.getSupportedFormats().catch((): string[] => []);
  return formats.includes('qr_code') ? new Reader({ formats: ['qr_code'] }) : null;
}

/**
 * Reads QR codes with a camera of this machine, shown in `video`, and tells the first one; `onBlind` is called where
 * there is no camera, or its owner said no. The returned function ends it and switches the camera off. The reader is
 * the browser's own, else one that is fetched now.
 */
export function readCodes(video: HTMLVideoElement, facing: 'user' | 'environment', onCode: (text: string) => void, onBlind: () => void): () => void {
  let over = false;
  const ends: (() => void)[] = [];
  const end = () => {
    over = true;
    for (const one of ends.splice(0)) one();
  };
  const found = (text: string) => {
    if (over || text === '') return;
    end();
    onCode(text);
  };
  const begin = async () => {
    const wanted = { video: { facingMode: facing } };
    const detector = await own();
    if (over) return;
    if (detector === null) {
      const { BrowserQRCodeReader } = await import('@zxing/browser');
      if (over) return;
      const controls = await new BrowserQRCodeReader().decodeFromConstraints(wanted, video, (result) => {
        if (result != null) found(result.getText());
      });
      // Closed while the camera was being opened: its light must not stay on.
      if (over) controls.stop();
      else ends.push(() => controls.stop());
      return;
    }
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    const off = () => stream.getTracks().forEach((track) => track.stop());
    if (over) {
      off();
      return;
    }
    video.srcObject = stream;
    const timer = setInterval(() => {
      // A picture that cannot be read is followed by the next one.
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) void detector.detect(video).then((codes) => found(codes[0]?.rawValue ?? ''), () => undefined);
    }, LOOK_MS);
    ends.push(off, () => clearInterval(timer));
    await video.play();
  };
  begin().catch(() => {
    if (!over) onBlind();
  });
  return end;
}
