import type { Listener } from '../../model';
import type { AddressRanges } from '../address-ranges';
import type { OctetBuffer, RequestHead } from '../http';
import { believedClientCert, clientCertField } from './client-cert';
import { clientOf, forwardedFor, listOf } from './client-chain';
import type { ProxiedConnection } from './proxy-header';

const LINE_END = Buffer.from('\r\n');
const QUOTED_END = Buffer.from('"\r\n');
const HOST_FIELD = Buffer.from('X-Forwarded-Host: ');
const HOST_PARAMETER = Buffer.from(';host="');
const VIA = 'Via: 1.1 spillway\r\n';
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::\d{1,5})?$/;

/** How a listener tells targets who asks. */
export interface ForwardingRules {
  readonly styles: ReadonlySet<Listener['forwardedHeaders'][number]>;
  readonly protocol: 'http' | 'https';
  readonly trusted: AddressRanges;
}

/** What one connection's requests tell targets about who asks. */
export class ForwardedFields {
  /** Where the client is: who connected, or whom a trusted proxy speaks for. */
  address: string;
  /** How the client came, as far as trusted proxies tell. */
  scheme: 'http' | 'https';
  private readonly believed: boolean;
  /** What is the same for all requests, where nobody else is believed. */
  private before: Buffer;
  private host: string | undefined;
  /** Whether the peer presented a certificate of its own. */
  private presented = false;
  private clientCert = '';

  /**
   * @param peer - who connected: the other side, or whom it speaks for by the PROXY protocol
   * @param connection - between whom, where targets are told of it
   */
  constructor(
    private readonly rules: ForwardingRules,
    private readonly peer: string,
    readonly connection?: ProxiedConnection,
  ) {
    this.address = peer;
    this.scheme = rules.protocol;
    this.believed = rules.trusted.has(peer);
    this.before = this.fields('', '', rules.protocol);
  }

  /** The peer has presented a certificate. @param certificate - in DER */
  present(certificate: Buffer): void {
    this.presented = true;
    this.clientCert = clientCertField(certificate);
    this.before = this.fields('', '', this.rules.protocol);
  }

  /** Looks at a request: behind a trusted proxy, each may be another client's. */
  read(head: RequestHead, bytes: Buffer): void {
    if (!this.believed) return;
    const { rules, peer } = this;
    const chain = listOf(head.field(bytes, 'x-forwarded-for'));
    const elements = listOf(head.field(bytes, 'forwarded'));
    this.address = clientOf(chain.length > 0 ? chain : forwardedFor(elements), peer, rules.trusted);
    const protocol = listOf(head.field(bytes, 'x-forwarded-proto'))[0]?.toLowerCase();
    const host = listOf(head.field(bytes, 'x-forwarded-host'))[0];
    this.host = host !== undefined && HOST.test(host) ? host : undefined;
    if (!this.presented) this.clientCert = believedClientCert(head.field(bytes, 'client-cert'));
    this.scheme = protocol === 'http' || protocol === 'https' ? protocol : rules.protocol;
    this.before = this.fields(before(chain), before(elements), this.scheme);
  }

  /** Writes the fields; those of the request itself have been cut. */
  append(to: OctetBuffer, head: RequestHead, bytes: Buffer): void {
    const { styles } = this.rules;
    to.appendAll(this.before);
    // `Forwarded` stands last in what came before, so that the host can be added to it.
    if (styles.has('forwarded')) {
      if (head.hasHost) {
        to.appendAll(HOST_PARAMETER);
        this.appendHost(to, head, bytes);
        to.appendAll(QUOTED_END);
      } else to.appendAll(LINE_END);
    }
    if (!styles.has('xForwarded') || !head.hasHost) return;
    to.appendAll(HOST_FIELD);
    this.appendHost(to, head, bytes);
    to.appendAll(LINE_END);
  }

  private appendHost(to: OctetBuffer, head: RequestHead, bytes: Buffer): void {
    if (this.host === undefined) to.append(bytes, head.hostStart, head.hostEnd);
    else to.appendAll(Buffer.from(this.host, 'latin1'));
  }

  private fields(chain: string, elements: string, protocol: string): Buffer {
    const { styles } = this.rules;
    const { peer } = this;
    let text = this.clientCert + (styles.has('via') ? VIA : '');
    if (styles.has('xForwarded')) text += `X-Forwarded-For: ${chain}${peer}\r\nX-Forwarded-Proto: ${protocol}\r\n`;
    if (styles.has('forwarded')) text += `Forwarded: ${elements}for=${node(peer)};proto=${protocol}`;
    return Buffer.from(text, 'latin1');
  }
}

function before(list: readonly string[]): string {
  return list.length === 0 ? '' : `${list.join(', ')}, `;
}

/** An address as `Forwarded` has it (RFC 7239, section 6). */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}
