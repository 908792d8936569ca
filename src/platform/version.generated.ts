// Generated from package.json by `npm run generate`; do not edit.
/** The version of spillway. */
export const VERSION: string = '0.0.0';
