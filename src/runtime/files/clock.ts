/** Time, as the watching of files needs it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, in `ms` milliseconds. @returns what takes it back */
  after(ms: number, call: () => void): () => void;
}

/** The system's own. */
export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
