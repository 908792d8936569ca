/** Leads hashes to members. A hash that cannot have its own member goes on to those of the next slots, round and round. */
export interface HashTable {
  /** By slot: the index of the member that owns it. */
  readonly owners: ArrayLike<number>;
  /** @param hash - from 0 below 2^32 */
  slotOf(hash: number): number;
}
