/** Calls its owner back once, some time after it was set; set again, from then on. */
export interface Alarm {
  /** @param ms - milliseconds from now */
  set(ms: number): void;
  clear(): void;
}

/** Makes an alarm. */
export type MakeAlarm = (onDue: () => void) => Alarm;

/** By the clock of Node.js. */
export const systemAlarm: MakeAlarm = (onDue) => {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => clearTimeout(timer);
  return {
    set: (ms) => {
      clear();
      timer = setTimeout(onDue, ms);
    },
    clear,
  };
};
