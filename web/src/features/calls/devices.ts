/** What one can do with microphone, camera and speaker in a call, of two or of many. */
import type { Kind } from "./media";

/** How one's own devices stand. */
export interface Own {
  readonly isMuted: boolean;
  readonly hasCamera: boolean;
  readonly isSharing: boolean;
  /** The ids of what is used; empty: as the browser has it. */
  readonly mic: string;
  readonly camera: string;
  readonly speaker: string;
}

export interface Devices {
  readonly mute: (isMuted: boolean) => Promise<void>;
  readonly showCamera: (isOn: boolean) => Promise<void>;
  readonly share: (isOn: boolean) => Promise<void>;
  readonly use: (kind: Kind, id: string) => Promise<void>;
  readonly hangUp: () => void;
}
