/**
 * A value that is known only at deployment, such as the address of a machine that does not exist yet.
 * `token` is the framework's own placeholder: opaque here, resolved by the adapter.
 */
export class Ref {
  constructor(readonly token: string) {
    Object.freeze(this);
  }
}

/** Whether a value is known only at deployment. */
export function isRef(value: unknown): value is Ref {
  return value instanceof Ref;
}
