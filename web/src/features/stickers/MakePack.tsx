import { Plus } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useAttempt } from "../../shell/attempt";
import { Wrong } from "../../widgets/Wrong";

/** A button that makes an empty pack. */
export function MakePack({ label, make }: { label: string; make: () => Promise<unknown> }) {
  const { busy, wrong, attempt } = useAttempt();
  return (
    <>
      <Button className="button" isDisabled={busy} onPress={() => void attempt(make)}>
        <Plus size={20} aria-hidden /> {label}
      </Button>
      <Wrong text={wrong} />
    </>
  );
}
