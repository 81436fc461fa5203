/** What else can be done from a person's page: call, look at pictures, pay. Each has its line here. */
import type { ComponentType } from "react";
import { CallPersonTool } from "../calls/CallPersonTool";
import { GalleryContactTool } from "../media/GalleryTools";

export interface ContactToolProps {
  readonly userId: string;
}

/** Each makes a button of the class `button`, or nothing where it does not apply. */
export const CONTACT_TOOLS: readonly ComponentType<ContactToolProps>[] = [CallPersonTool, GalleryContactTool];
