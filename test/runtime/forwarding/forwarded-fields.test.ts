import { describe, expect, it } from 'vitest';
import { AddressRanges } from '../../../src/runtime/address-ranges';
import { ForwardedFields } from '../../../src/runtime/forwarding';
import { OctetBuffer, RequestHead } from '../../../src/runtime/http';
import { HEAD_LIMITS } from '../support/limits';

type Style = 'xForwarded' | 'forwarded' | 'via';

/** What a target is told of a request, and who the client is taken for. */
function told(
  styles: Style[],
  peer: string,
  fields: string,
  trusted = ['10.0.0.0/8', 'fd00::/8'],
  certificate?: Buffer,
) {
  const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: shop.test\r\n${fields}\r\n`, 'latin1');
  const head = new RequestHead();
  expect(head.read(bytes, 0, bytes.length, HEAD_LIMITS)).toBe(bytes.length);
  const rules = { styles: new Set(styles), protocol: 'http' as const, trusted: new AddressRanges(trusted) };
  const forwarded = new ForwardedFields(rules, peer);
  if (certificate !== undefined) forwarded.present(certificate);
  forwarded.read(head, bytes);
  const to = new OctetBuffer(64);
  forwarded.append(to, head, bytes);
  return { client: forwarded.address, fields: to.view().toString('latin1') };
}

describe('a client that nobody vouches for', () => {
  it('is told of by its own address, whatever it says itself', () => {
    expect(
      told(
        ['xForwarded'],
        '9.9.9.9',
        'X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n',
      ),
    ).toEqual({
      client: '9.9.9.9',
      fields: 'X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test\r\n',
    });
  });

  it('is told of in each form that is asked for', () => {
    expect(told(['via', 'forwarded'], '2001:db8::1', '').fields).toBe(
      'Via: 1.1 spillway\r\nForwarded: for="[2001:db8::1]";proto=http;host="shop.test"\r\n',
    );
    expect(told([], '9.9.9.9', 'X-Forwarded-For: 1.1.1.1\r\n').fields).toBe('');
  });
});

describe('a trusted proxy', () => {
  it('is believed about the client, the protocol and the host, and added to the chain', () => {
    expect(
      told(
        ['xForwarded'],
        '10.0.0.1',
        'X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example.com\r\n',
      ),
    ).toEqual({
      client: '1.1.1.1',
      fields:
        'X-Forwarded-For: 1.1.1.1, 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example.com\r\n',
    });
  });

  it.each([
    ['the last that is no trusted proxy', 'X-Forwarded-For: 6.6.6.6, 1.1.1.1, 10.0.0.2\r\n', '1.1.1.1'],
    ['over several lines', 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n', '1.1.1.1'],
    ['the farthest where all are trusted', 'X-Forwarded-For: 10.0.0.9, 10.0.0.2\r\n', '10.0.0.9'],
    ['with its port', 'X-Forwarded-For: 1.1.1.1:5000\r\n', '1.1.1.1'],
    ['of IPv6', 'X-Forwarded-For: [2001:db8::1]:5000\r\n', '2001:db8::1'],
    ['up to what is no address', 'X-Forwarded-For: 1.1.1.1, unknown, 10.0.0.2\r\n', '10.0.0.2'],
    ['by Forwarded', 'Forwarded: for="[2001:db8::1]:80";proto=https, for=10.0.0.2\r\n', '2001:db8::1'],
    ['itself where it names nobody', '', '10.0.0.1'],
  ])('speaks for a client: %s', (_, fields, client) => {
    expect(told(['xForwarded'], '10.0.0.1', fields).client).toBe(client);
  });

  it('is added to Forwarded as well', () => {
    expect(told(['forwarded'], 'fd00::1', 'Forwarded: for=1.1.1.1;proto=https\r\n').fields).toBe(
      'Forwarded: for=1.1.1.1;proto=https, for="[fd00::1]";proto=http;host="shop.test"\r\n',
    );
  });

  it('is not believed in a protocol or a host that is none', () => {
    const { fields } = told(['xForwarded'], '10.0.0.1', 'X-Forwarded-Proto: gopher\r\nX-Forwarded-Host: a"b\r\n');
    expect(fields).toContain('X-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test\r\n');
  });
});

describe('a client certificate', () => {
  const certificate = Buffer.from('certificate');
  const own = 'Client-Cert: :Y2VydGlmaWNhdGU=:\r\n';

  it('is told to targets as RFC 9440 has it', () => {
    expect(told([], '9.9.9.9', '', [], certificate).fields).toBe(own);
  });

  it('is not told where there is none, whatever the client says', () => {
    expect(told([], '9.9.9.9', 'Client-Cert: :AAAA:\r\n').fields).toBe('');
  });

  it('is believed of a trusted proxy, which has none of its own', () => {
    expect(told([], '10.0.0.1', 'Client-Cert: :AAAA:\r\n').fields).toBe('Client-Cert: :AAAA:\r\n');
    expect(told([], '10.0.0.1', 'Client-Cert: :AAAA:\r\n', undefined, certificate).fields).toBe(own);
  });

  it.each(['Client-Cert: AAAA\r\n', 'Client-Cert: :AA AA:\r\n', 'Client-Cert: :AAAA:\r\nClient-Cert: :BBBB:\r\n'])(
    'is not believed as %j',
    (fields) => {
      expect(told([], '10.0.0.1', fields).fields).toBe('');
    },
  );
});
