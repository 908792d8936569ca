import type { TargetState } from './told-health';

/** In the environment of a process that is to take over from the one that started it. */
export const TAKEOVER_VARIABLE = 'SPILLWAY_TAKEOVER';

/**
 * What a primary tells the one that takes over from it, which may be of another version: words are added, none changes
 * its meaning. Plain JSON, so that it does not depend on the version of Node.js.
 */
export type ToSuccessor =
  /** Comes with the handle of a listener's port, or of the admin port where `key` is left out. */
  | { readonly kind: 'port'; readonly key?: string; readonly address: string }
  /** The last message. */
  | {
      readonly kind: 'estate';
      readonly states: readonly TargetState[];
      /** In base64. */
      readonly ticketKeys?: string;
      /** The model to serve; left out: that of the file which its arguments name. */
      readonly model?: string;
    };

/** What the one that takes over answers. */
export type FromSuccessor =
  | { readonly kind: 'ready' }
  /** It serves; `outcome` is for whoever asked for it. */
  | { readonly kind: 'serving'; readonly outcome?: unknown }
  | { readonly kind: 'refused'; readonly message: string; readonly outcome?: unknown };
