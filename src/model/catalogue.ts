/**
 * Every problem that spillway reports: its code never changes its meaning. SPW1 files, SPW2 single values, SPW3 values
 * that do not fit together, SPW4 what a platform cannot do, SPW5 what is allowed but rarely meant.
 */
export const CATALOGUE = {
  SPW1001: { severity: 'error', message: 'the file is not well-formed' },
  SPW1002: { severity: 'error', message: 'this key stands here twice' },
  SPW1003: { severity: 'error', message: 'the file is larger than a description can be' },
  SPW1005: { severity: 'error', message: 'the model was written by a newer version' },

  SPW2001: { severity: 'error', message: 'there is no such key here' },
  SPW2002: { severity: 'error', message: 'a required key is missing' },
  SPW2003: { severity: 'error', message: 'the value has the wrong type' },
  SPW2004: { severity: 'error', message: 'the duration is not valid' },
  SPW2005: { severity: 'error', message: 'the size is not valid' },
  SPW2006: { severity: 'error', message: 'the number is out of range' },
  SPW2007: { severity: 'error', message: 'the value is not one of those allowed' },
  SPW2008: { severity: 'error', message: 'the address is not valid' },
  SPW2009: { severity: 'error', message: 'the path is not valid' },
  SPW2010: { severity: 'error', message: 'the expression is not valid' },
  SPW2011: { severity: 'error', message: 'the header name is not valid' },
  SPW2012: { severity: 'error', message: 'the header value is not valid' },
  SPW2013: { severity: 'error', message: 'the text is too long' },
  SPW2014: { severity: 'error', message: 'the name is not valid' },
  SPW2015: { severity: 'error', message: 'the list is empty' },
  SPW2016: { severity: 'error', message: 'the condition is not valid' },
  SPW2017: { severity: 'error', message: 'the text is not valid' },
  SPW2018: { severity: 'error', message: 'a value that is known only at deployment is not allowed here' },

  SPW3001: { severity: 'error', message: 'there is no pool of this name' },
  SPW3002: { severity: 'error', message: 'there is no listener of this name' },
  SPW3003: { severity: 'error', message: 'there is no route of this name' },
  SPW3004: { severity: 'error', message: 'the pool has no target' },
  SPW3005: { severity: 'error', message: 'exactly one of these keys is required' },
  SPW3006: { severity: 'error', message: 'two listeners have the same address and port' },
  SPW3007: { severity: 'error', message: 'two routes match the same requests' },
  SPW3008: { severity: 'error', message: 'the value does not fit another one' },
  SPW3009: { severity: 'error', message: 'the pool is used twice in one list of tiers' },
  SPW3010: { severity: 'error', message: 'no target of the pool has a weight above 0' },
  SPW3011: { severity: 'error', message: 'no arm of the split has a weight above 0' },

  SPW4001: { severity: 'error', message: 'the platform cannot do this' },
  SPW4002: { severity: 'error', message: 'the value is beyond the limit of the platform' },
  SPW4003: { severity: 'note', message: 'a default that the platform cannot keep' },
  SPW4004: { severity: 'note', message: 'the platform does this approximately' },
  SPW4005: { severity: 'note', message: 'text passed on as it was written' },

  SPW5001: { severity: 'warning', message: 'the fallback misses targets that are dead' },
  SPW5002: { severity: 'warning', message: 'nothing uses this pool' },
  SPW5003: { severity: 'warning', message: 'the staged failure does not say when it ends' },
  SPW5004: { severity: 'warning', message: 'there is nothing to rehearse' },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'note'; message: string }>;

/** A code of the catalogue, such as `SPW2004`. */
export type ProblemCode = keyof typeof CATALOGUE;
