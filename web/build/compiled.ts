/** What is drawn anew with every message, every letter and every scroll: the compiler has it draw only what has changed (decision 0020). */
import babel from "@rolldown/plugin-babel";
import { reactCompilerPreset } from "@vitejs/plugin-react";

const DRAWN_OFTEN = /\/src\/(features\/(chats|presence)|widgets)\/[^.]+\.tsx?$/;

export const compiled = () => babel({ include: DRAWN_OFTEN, presets: [reactCompilerPreset()] });
