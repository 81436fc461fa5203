/** The buttons beside the text field, and what lies under its "+". A new tool needs its line here, and nothing else. */
import type { ComponentType } from "react";
import { CameraTool, FileTool, PhotoTool } from "../media/tools";
import { VoiceTool } from "../voice/VoiceTool";
import { EmojiTool } from "./EmojiTool";
import { LocationTool } from "./location/LocationTool";
import { PollTool } from "./poll/PollTool";

/** What is sent goes here. */
export interface Target {
  readonly roomId: string;
  /** The first message of the thread that is being written in. */
  readonly threadId: string | null;
  /** The message that is being answered. */
  readonly replyTo: string | null;
}

export interface ToolProps {
  readonly target: Target;
  /** Put text where the cursor is. */
  readonly insert: (text: string) => void;
  /** Something was chosen that is looked at before it is sent: what is open under "+" closes, and what is answered stays. */
  readonly onChosen: () => void;
  /** Something was sent: the answer it belonged to is done, and what is open under "+" closes. */
  readonly onSent: () => void;
}

export interface WhenEmptyProps extends ToolProps {
  /** Nothing is written. Else it is there only to end what it has begun: that is never lost by what is done meanwhile. */
  readonly isOffered: boolean;
  /** Go back to the text field. */
  readonly toField: () => void;
}

/** One button, and whatever it opens. It names itself for a screen reader. */
export type Tool = ComponentType<ToolProps>;

/** Always in sight, after the text field. */
export const BESIDE: readonly Tool[] = [EmojiTool];

/** Shown in place of "Send" while nothing is written. */
export const WHEN_EMPTY: readonly ComponentType<WhenEmptyProps>[] = [VoiceTool];

/** In a sheet under "+": each draws a `button` of the class `tool`. Without any there is no "+". */
export const MORE: readonly Tool[] = [PhotoTool, CameraTool, FileTool, PollTool, LocationTool];
