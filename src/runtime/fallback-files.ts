import type { Api } from '../model';
import type { RuntimeEvent } from './event';
import { FallbackFileReporter } from './fallback-file-reporter';
import { FallbackFile } from './fallbacks';
import { SYSTEM_CLOCK } from './files';
import type { Prepared } from './prepared';
import type { Registry } from './telemetry';

/** The files that the fallbacks of an API name: by route, then by path. */
export type FilesOfRoutes = ReadonlyMap<string, ReadonlyMap<string, FallbackFile>>;

/** Keeps the files of an API's fallbacks. */
export class FallbackFiles {
  /** By route, path and greatest age: what stays the same goes on as it is, as its route does. */
  private open: ReadonlyMap<string, FallbackFile> = new Map();

  constructor(
    private readonly apiName: string,
    private readonly registry: Registry,
    private readonly tell: (event: RuntimeEvent) => void,
  ) {}

  /**
   * Reads the files of an API. To commit looks after them from then on, and no more after those before.
   * @throws FileError where one cannot be used; then nothing has changed
   */
  async prepare(api: Api): Promise<Prepared & { readonly files: FilesOfRoutes }> {
    const { apiName, registry, tell } = this;
    const files = new Map<string, Map<string, FallbackFile>>();
    const open = new Map<string, FallbackFile>();
    for (const [route, { fallback }] of Object.entries(api.routes)) {
      const own = new Map<string, FallbackFile>();
      for (const { path, maxAge } of filesOf(fallback)) {
        const voice = new FallbackFileReporter(registry, tell, { api: apiName, route, file: path });
        const key = JSON.stringify([route, path, maxAge]);
        const file = this.open.get(key) ?? (await FallbackFile.open(path, maxAge, voice, SYSTEM_CLOCK));
        open.set(key, file);
        own.set(path, file);
      }
      files.set(route, own);
    }
    const commit = async () => {
      const { open: before } = this;
      this.open = open;
      for (const [key, file] of before) if (!open.has(key)) file.close();
      for (const [key, file] of open) if (!before.has(key)) file.start();
    };
    return { files, commit, abandon: async () => {} };
  }

  close(): void {
    for (const file of this.open.values()) file.close();
  }
}

/** Each file once; the age is that of the fallback's own body. */
function filesOf(fallback: Api['routes'][string]['fallback']): { path: string; maxAge: number }[] {
  const { file, alternatives = [] } = fallback ?? {};
  const ages = new Map<string, number>();
  for (const { file: path } of alternatives) if (path !== undefined) ages.set(path, Number.POSITIVE_INFINITY);
  if (file !== undefined) ages.set(file.path, file.maxAge ?? Number.POSITIVE_INFINITY);
  return [...ages].map(([path, maxAge]) => ({ path, maxAge }));
}
