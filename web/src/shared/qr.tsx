import { useEffect, useState, type CSSProperties } from 'react';

interface Code {
  readonly path: string;
  readonly size: number;
}

/** Blank modules around the code, as the standard asks. */
const QUIET = 4;

const drawer = () => import('qrcode');

/** Fetches what draws codes, for a screen that may have to draw one without the network. */
export function prepareQr(): void {
  // Drawing itself fetches again, and fails aloud.
  void drawer().catch(() => undefined);
}

async function draw(text: string): Promise<Code> {
  const { create } = await drawer();
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    }
  }
  return { path, size: modules.size + 2 * QUIET };
}

/** A QR code in pure black on white, in every theme. `label` says where it leads. */
export function Qr({ text, label, className, testId }: { text: string; label: string; className?: string; testId?: string }) {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let current = true;
    void draw(text).then((made) => {
      if (current) setCode(made);
    });
    return () => {
      current = false;
    };
  }, [text]);
  const size = code?.size ?? 37;
  return (
    <svg
      className={`qr ${className ?? ''}`}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      // For paper, where a module must be a whole number of the printer's dots.
      style={{ '--modules': size } as CSSProperties}
      data-testid={testId}
    >
      <rect width={size} height={size} fill="#fff" />
      {code !== null && <path d={code.path} fill="#000" />}
    </svg>
  );
}
