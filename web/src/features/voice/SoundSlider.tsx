import { useMemo } from "react";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { useTranslation } from "react-i18next";
import { inPlaces } from "../../model/voice";
import { Wave } from "./Wave";

interface SoundSliderProps {
  /** In seconds. */
  at: number;
  length: number;
  /** Empty: a plain line. */
  waveform: readonly number[];
  onSeek: (at: number) => void;
}

const PLACES = 42;

/** Where one is in a sound, and the way to another place of it: by pointer, or with the arrow keys. */
export function SoundSlider({ at, length, waveform, onSeek }: SoundSliderProps) {
  const { t } = useTranslation();
  const heights = useMemo(() => inPlaces(waveform, PLACES), [waveform]);
  return (
    <Slider
      className="sound-slider"
      aria-label={t("voice.place")}
      minValue={0}
      // A sound of no known length has no places to go to.
      maxValue={Math.max(length, 0.1)}
      step={0.1}
      value={Math.min(at, Math.max(length, 0.1))}
      onChange={onSeek}
      isDisabled={length <= 0}
      formatOptions={SECONDS}
    >
      <SliderTrack className="track">
        {heights.length > 0 ? (
          <Wave heights={heights} places={0} done={length > 0 ? Math.min(1, at / length) : 0} />
        ) : (
          <span className="way" style={{ "--done": `${length > 0 ? (at / length) * 100 : 0}%` } as object} />
        )}
        <SliderThumb className="knob" />
      </SliderTrack>
    </Slider>
  );
}

const SECONDS: Intl.NumberFormatOptions = {
  style: "unit",
  unit: "second",
  unitDisplay: "long",
  maximumFractionDigits: 0,
};
