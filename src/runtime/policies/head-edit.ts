import type { FieldChanges } from '../http';

/** Changes of the head of a message, gathered from all policies and made at once. */
export class HeadEdit implements FieldChanges {
  /** Fields to set, by their names in small letters: what the message has of them goes. */
  readonly set = new Map<string, { readonly name: string; readonly value: string }>();
  /** Fields to add to what is there. */
  readonly added: { readonly name: string; readonly value: string }[] = [];
  /** Fields to remove, by their names in small letters. */
  readonly removed = new Set<string>();

  /** Sets a field; a later call for the same field wins. */
  setField(name: string, value: string): void {
    const key = name.toLowerCase();
    this.set.set(key, { name, value });
    this.removed.delete(key);
  }

  /** Adds a field, whether or not there are others of its name. */
  addField(name: string, value: string): void {
    this.added.push({ name, value });
  }

  /** Removes every field of a name. */
  removeField(name: string): void {
    const key = name.toLowerCase();
    this.removed.add(key);
    this.set.delete(key);
  }

  /** The values that a field will have. @param values - those that the message has of it now */
  over(lower: string, values: readonly string[]): readonly string[] {
    const set = this.set.get(lower);
    const before = set !== undefined ? [set.value] : this.removed.has(lower) ? [] : values;
    const added = this.added.filter(({ name }) => name.toLowerCase() === lower);
    return added.length === 0 ? before : [...before, ...added.map(({ value }) => value)];
  }

  /** Whether nothing is to be changed. */
  get empty(): boolean {
    return this.set.size === 0 && this.added.length === 0 && this.removed.size === 0;
  }
}
