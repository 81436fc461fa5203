import { Plus } from "lucide-react";
import { useAttempt } from "../../shell/attempt";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";

/** A button that makes an empty pack. */
export function MakePack({ label, make }: { label: string; make: () => Promise<unknown> }) {
  const { wrong, attempt } = useAttempt();
  return (
    <>
      <BusyButton onPress={() => attempt(make)}>
        <Plus size={20} aria-hidden /> {label}
      </BusyButton>
      <Wrong text={wrong} />
    </>
  );
}
