/** What went wrong, said aloud; nothing where nothing did. */
export function Wrong({ text }: { text: string | null }) {
  return text === null ? null : (
    <p className="wrong" role="alert">
      {text}
    </p>
  );
}
