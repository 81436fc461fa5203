import { type RefObject, useEffect, useRef } from "react";
import { focusOn } from "../../widgets/landing";

/** Give the focus to what takes the place of what had it, when that appears: what one pressed is gone by then. */
export function useLanding<E extends HTMLElement>(isLanding = true): RefObject<E | null> {
  const place = useRef<E>(null);
  useEffect(() => {
    if (!isLanding) return;
    focusOn(place.current);
    place.current?.scrollIntoView({ block: "nearest" });
  }, [isLanding]);
  return place;
}
