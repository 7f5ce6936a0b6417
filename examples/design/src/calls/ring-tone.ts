import { useEffect } from "preact/hooks";

/** Two notes of the bell, and its rhythm: Hz, and seconds. */
const IN = { notes: [587, 784], every: 2_400, loud: 0.12 } as const;
const OUT = { notes: [425], every: 4_000, loud: 0.04 } as const;
const NOTE_SECONDS = 0.35;

/** Rings while somebody calls (`in`), or softly while it rings there (`out`). A browser that has not been touched yet stays silent; the screen says the same. */
export function useRingTone(which: "in" | "out" | undefined): void {
  useEffect(() => {
    if (which === undefined) return undefined;
    const { notes, every, loud } = which === "in" ? IN : OUT;
    const sound = new AudioContext();
    const ring = (): void => {
      for (const [at, hertz] of notes.entries())
        play(sound, hertz, sound.currentTime + at * NOTE_SECONDS, loud);
      if (which === "in") navigator.vibrate?.([200, 100, 200]);
    };
    ring();
    const timer = setInterval(ring, every);
    return () => {
      clearInterval(timer);
      void sound.close();
    };
  }, [which]);
}

/** One note that swells and fades, so that it does not click. */
function play(sound: AudioContext, hertz: number, from: number, loud: number): void {
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(loud, from + 0.04);
  volume.gain.linearRampToValueAtTime(0, from + NOTE_SECONDS);
  tone.connect(volume).connect(sound.destination);
  tone.start(from);
  tone.stop(from + NOTE_SECONDS);
}
