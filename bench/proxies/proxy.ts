import type { Stage } from '../environment/stage';

/** What is spoken on the port that a proxy is measured on. */
export type ListenerKind = 'http' | 'https' | 'h2' | 'websocket';

/** What a proxy needs to know before it is started. */
export interface Setup extends Stage {
  readonly kind: ListenerKind;
  /** A directory of its own. */
  readonly home: string;
  /** Where it is to listen, on 127.0.0.1. */
  readonly port: number;
  /** Whom it is to ask, on 127.0.0.1. */
  readonly target: number;
}

/** How to start a proxy. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** A proxy that is measured. */
export interface ProxyProgram {
  readonly name: string;
  /** Its version, as its own program says. */
  version(): string;
  /** What it cannot serve, with the reason. */
  readonly cannot: Partial<Readonly<Record<ListenerKind, string>>>;
  /** What it is told to do, in one sentence for the report. */
  readonly does: string;
  /** Writes its configuration. */
  prepare(setup: Setup): Command;
}

/** Connections that each proxy has room for. */
export const ROOM = 9_500;

export const isEncrypted = (kind: ListenerKind): boolean => kind === 'https' || kind === 'h2';
