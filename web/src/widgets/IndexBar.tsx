import "./forms.css";
import { type PointerEvent, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { Toolbar } from "react-aria-components/Toolbar";

interface IndexBarProps {
  label: string;
  letters: readonly string[];
  onLetter: (letter: string) => void;
}

/** Letters at the edge of a long list. One stop of the Tab key, arrows inside; a finger may also slide along it. */
export function IndexBar({ label, letters, onLetter }: IndexBarProps) {
  const at = useRef<string | null>(null);

  function slide(event: PointerEvent): void {
    if (event.buttons === 0) return;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-letter]");
    const letter = under?.getAttribute("data-letter") ?? null;
    if (letter !== null && letter !== at.current) onLetter(letter);
    at.current = letter;
  }

  return (
    <Toolbar orientation="vertical" className="index-bar" aria-label={label}>
      <div onPointerMove={slide}>
        {letters.map((letter) => (
          <Button key={letter} data-letter={letter} onPress={() => onLetter(letter)}>
            {letter}
          </Button>
        ))}
      </div>
    </Toolbar>
  );
}
