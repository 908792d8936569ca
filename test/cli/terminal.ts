import { afterEach, beforeEach, vi } from 'vitest';

/** Has every test of a file begin where nobody watches: no terminal, no wish about colours. Undone after each. */
export function useNoTerminal(): void {
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => Object.getOwnPropertyDescriptor(stream, 'isTTY'));
  beforeEach(() => {
    watchedByTerminal(false);
    for (const name of ['NO_COLOR', 'NODE_DISABLE_COLORS', 'FORCE_COLOR']) vi.stubEnv(name, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    streams.forEach((stream, index) => {
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(stream, 'isTTY', descriptor);
      else Reflect.deleteProperty(stream, 'isTTY');
    });
  });
}

/** Says whether the two streams are a terminal: newer Nodes ask the standard output as well before they colour. */
export function watchedByTerminal(stderr: boolean, stdout = stderr): void {
  for (const [stream, value] of [[process.stderr, stderr] as const, [process.stdout, stdout] as const])
    Object.defineProperty(stream, 'isTTY', { value, configurable: true });
}
