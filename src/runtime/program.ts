import { join } from 'node:path';

/** The bundled data plane, as it ships with this package: one file that runs without the rest. */
export const PROGRAM: string = join(__dirname, 'spillway.js');
