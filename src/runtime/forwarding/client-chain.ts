import { isIP } from 'node:net';
import type { AddressRanges } from '../address-ranges';

/** `1.2.3.4`, `1.2.3.4:567`, `::1`, `[::1]` or `[::1]:567`, as proxies write whom they speak for. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/;

/** `for=` of an element of `Forwarded` (RFC 7239, section 4). */
const FOR = /(?:^|;)\s*for=(?:"([^"]*)"|([^;"\s]*))/i;

/** The values of a field that is a list, over all its lines. */
export function listOf(lines: readonly string[]): string[] {
  const parts = lines.flatMap((line) => line.split(','));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Whom the elements of `Forwarded` speak for. */
export function forwardedFor(elements: readonly string[]): string[] {
  return elements.map((element) => {
    const [, quoted, plain] = FOR.exec(element) ?? [];
    return quoted ?? plain ?? '';
  });
}

/**
 * The client at the far end of a chain of proxies: the last whom no trusted proxy is. Everybody may write anything
 * into the field before it reaches the first proxy that is trusted, so what stands before that one is not believed.
 * @param chain - as the proxies wrote it: the nearest last
 * @param peer - who connected, itself a trusted proxy
 */
export function clientOf(chain: readonly string[], peer: string, trusted: AddressRanges): string {
  let client = peer;
  for (let i = chain.length - 1; i >= 0 && trusted.has(client); i--) {
    const address = addressOf(chain[i]);
    if (address === undefined) break;
    client = address;
  }
  return client;
}

function addressOf(written: string): string | undefined {
  if (isIP(written) !== 0) return written;
  const [, v6, other] = WITH_PORT.exec(written) ?? [];
  const bare = v6 ?? other ?? '';
  return isIP(bare) === 0 ? undefined : bare;
}
