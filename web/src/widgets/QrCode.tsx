import "./forms.css";
import { useMemo } from "react";
import { encode } from "uqr";

interface QrCodeProps {
  /** What stands in it: text, or bytes. */
  content: string | readonly number[];
  label: string;
}

/** A code to be scanned. It is black on white in the dark too: cameras want it so. */
export function QrCode({ content, label }: QrCodeProps) {
  const { size, path } = useMemo(() => drawn(content), [content]);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Return the code's width in squares, its quiet border with it, and one path of all its black squares. */
function drawn(content: QrCodeProps["content"]): { size: number; path: string } {
  const { size, data } = encode(content, { ecc: "M", border: 4 });
  const squares = data.flatMap((row, y) => row.map((black, x) => (black ? `M${x} ${y}h1v1h-1z` : "")));
  return { size, path: squares.join("") };
}
