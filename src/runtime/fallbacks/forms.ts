import type { Fallback } from '../../model';
import { fallbackAnswer } from '../../passes';
import { qualityOf } from './accept';
import type { FallbackFile } from './fallback-file';
import { mediaTypeOf } from './media-type';

/** One form of a static answer. */
export interface Form {
  /** `undefined` where the user's own fields say it. */
  readonly contentType: string | undefined;
  /** What it is chosen by. */
  readonly mediaType: string;
  /** As a text, or a file whose contents may change. */
  readonly body: string | FallbackFile;
}

/** The forms of a static fallback: its own body first, if it has one, then its alternatives. */
export function formsOf(fallback: Fallback, files: ReadonlyMap<string, FallbackFile>): Form[] {
  const { alternatives } = fallback;
  const own = ownForm(fallback, files);
  const others = alternatives.map(({ contentType, text, file }): Form => {
    return { contentType, mediaType: contentType, body: text ?? fileOf(files, file) };
  });
  return own === undefined ? others : [own, ...others];
}

/** The form that a client wants most; of several, and where it wants none, the first. */
export function chooseForm(forms: readonly Form[], accept: string): Form | undefined {
  let chosen = forms[0];
  if (forms.length < 2 || accept === '') return chosen;
  let best = qualityOf(accept, chosen.mediaType);
  for (const form of forms.slice(1)) {
    const quality = qualityOf(accept, form.mediaType);
    if (quality <= best) continue;
    best = quality;
    chosen = form;
  }
  return chosen;
}

function ownForm(fallback: Fallback, files: ReadonlyMap<string, FallbackFile>): Form | undefined {
  const { file, text, json, stale, pool, redirect, alternatives } = fallback;
  const written = Object.entries(fallback.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (file !== undefined) {
    const mediaType = written ?? file.contentType ?? mediaTypeOf(file.path);
    return { contentType: written === undefined ? mediaType : undefined, mediaType, body: fileOf(files, file.path) };
  }
  const { contentType, body } = fallbackAnswer(fallback);
  const other = [stale, pool, redirect].some((form) => form !== undefined) || alternatives.length > 0;
  if (text === undefined && json === undefined && other) return undefined;
  return { contentType, mediaType: written ?? contentType ?? 'text/plain', body };
}

function fileOf(files: ReadonlyMap<string, FallbackFile>, path: string | undefined): FallbackFile {
  const file = files.get(path ?? '');
  if (file === undefined) throw new Error(`the file ${path} of a fallback was not opened`);
  return file;
}
