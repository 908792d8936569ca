import { z } from 'zod';

/** What a scalar stands for, beyond its JSON type: the construct props are made from it. */
export type Kind = 'duration' | 'size' | 'condition' | 'deferrable';

/** Holds the {@link Kind} of the schemas that have one. */
export const kinds = z.registry<{ kind: Kind }>();
