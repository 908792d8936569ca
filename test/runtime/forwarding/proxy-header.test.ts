import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyHeader, writeProxyHeader } from '../../../src/runtime/forwarding';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const line = (text: string) => Buffer.from(text, 'latin1');
const binary = (hex: string) => Buffer.from(SIGNATURE + hex.replace(/ /g, ''), 'hex');
const read = (bytes: Buffer) => readProxyHeader(bytes, bytes.length);

const ipv6 = fc.ipV6().map((address) => new URL(`http://[${address}]`).hostname.slice(1, -1));
const connections = fc.oneof(
  ...[fc.ipV4(), ipv6].map((address) => {
    const endpoint = fc.record({ address, port: fc.integer({ min: 0, max: 65_535 }) });
    return fc.record({ source: endpoint, destination: endpoint });
  }),
);

describe('a PROXY protocol header', () => {
  it.each(['v1', 'v2'] as const)('of %s is read as it was written, and not before it is whole', (version) => {
    fc.assert(
      fc.property(connections, fc.uint8Array({ maxLength: 20 }), (connection, rest) => {
        const header = writeProxyHeader(version, connection);
        expect(read(Buffer.concat([header, rest]))).toEqual({ length: header.length, connection });
        for (let end = 0; end < header.length; end++) expect(readProxyHeader(header, end)).toBe('incomplete');
      }),
    );
  });

  it.each(['v1', 'v2'] as const)('of %s can speak for the proxy itself', (version) => {
    const header = writeProxyHeader(version, undefined);
    expect(read(header)).toEqual({ length: header.length, connection: undefined });
  });

  it('has the octets that the specification gives', () => {
    const connection = { source: { address: '1.2.3.4', port: 80 }, destination: { address: '5.6.7.8', port: 443 } };
    expect(writeProxyHeader('v1', connection).toString()).toBe('PROXY TCP4 1.2.3.4 5.6.7.8 80 443\r\n');
    expect(writeProxyHeader('v2', connection)).toEqual(binary('21 11 000c 01020304 05060708 0050 01bb'));
  });

  it('speaks of no addresses where the two sides are of different families', () => {
    const mixed = { source: { address: '::1', port: 1 }, destination: { address: '1.2.3.4', port: 2 } };
    expect(writeProxyHeader('v1', mixed).toString()).toBe('PROXY UNKNOWN\r\n');
    expect(read(writeProxyHeader('v2', mixed))).toEqual({ length: 16, connection: undefined });
  });

  it('may have extensions, which are skipped', () => {
    expect(read(binary('21 11 0010 01020304 05060708 0050 01bb 03000131'))).toMatchObject({ length: 32 });
  });

  it('of a family that TCP knows nothing of tells nothing', () => {
    expect(read(binary('21 31 0002 abcd'))).toEqual({ length: 18, connection: undefined });
    expect(read(line('PROXY UNKNOWN ::1 ::2 1 2\r\n'))).toEqual({ length: 27, connection: undefined });
  });

  it.each([
    ['no header', line('GET / HTTP/1.1\r\n\r\n')],
    ['another case', line('proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n')],
    ['an unknown family', line('PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n')],
    ['an address of the other family', line('PROXY TCP4 ::1 ::2 1 2\r\n')],
    ['a name', line('PROXY TCP4 localhost 5.6.7.8 1 2\r\n')],
    ['a port that is none', line('PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n')],
    ['two spaces', line('PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n')],
    ['a bare line feed', line('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n'.padEnd(107, 'x'))],
    ['a line without end', line(`PROXY UNKNOWN ${'x'.repeat(100)}`)],
    ['an unknown command', binary('22 11 000c 01020304 05060708 0050 01bb')],
    ['an unknown version', binary('31 11 000c 01020304 05060708 0050 01bb')],
    ['addresses that are too short', binary('21 11 000b 01020304 05060708 0050 01')],
    ['extensions without end', binary('21 11 ffff 01020304')],
  ])('is not %s', (_, bytes) => {
    expect(read(bytes)).toBe('malformed');
  });
});
