import { dirname, resolve } from 'node:path';
import type { Api } from '../model';

/**
 * The same API with the files of its fallbacks where they lie: they are named relative to the description, whatever
 * folder the process that serves it runs in.
 * @param description - the path of its file
 */
export function withLocatedFiles(api: Api, description: string): Api {
  const located = (path: string) => resolve(dirname(description), path);
  const routes = Object.entries(api.routes).map(([name, route]) => {
    const { fallback } = route;
    if (fallback === undefined) return [name, route] as const;
    const { file, alternatives } = fallback;
    const forms = alternatives.map((form) => (form.file === undefined ? form : { ...form, file: located(form.file) }));
    const own = file && { ...file, path: located(file.path) };
    return [name, { ...route, fallback: { ...fallback, file: own, alternatives: forms } }] as const;
  });
  return { ...api, routes: Object.fromEntries(routes) };
}
