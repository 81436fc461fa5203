import "./forms.css";
import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Toolbar } from "react-aria-components/Toolbar";
import { letterAt, spread } from "../model/letters";

interface IndexBarProps {
  label: string;
  letters: readonly string[];
  onLetter: (letter: string) => void;
}

/** As high as one letter is drawn (forms.css): less would be too small to press. */
const LETTER_PX = 24;

/** Letters at the edge of a long list. One stop of the Tab key, arrows inside; a finger may also slide along it, over those too that there
 *  is no room for. */
export function IndexBar({ label, letters, onLetter }: IndexBarProps) {
  const at = useRef<string | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);

  useLayoutEffect(() => {
    const measure = () => setRoom(bar.current?.parentElement?.clientHeight ?? 0);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);

  function slide(event: PointerEvent): void {
    if (event.buttons === 0) return;
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const letter = letterAt(letters, (event.clientY - top) / height) ?? null;
    if (letter !== null && letter !== at.current) onLetter(letter);
    at.current = letter;
  }

  return (
    <Toolbar orientation="vertical" className="index-bar" aria-label={label} ref={bar}>
      <div onPointerMove={slide}>
        {spread(letters, Math.floor(room / LETTER_PX)).map((letter) => (
          <Button key={letter} data-letter={letter} onPress={() => onLetter(letter)}>
            {letter}
          </Button>
        ))}
      </div>
    </Toolbar>
  );
}
