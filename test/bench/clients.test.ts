import { describe, expect, it } from 'vitest';
import { parseH2load } from '../../bench/clients/h2load';
import { parseHandshakes } from '../../bench/clients/handshakes';
import { parseWrk } from '../../bench/clients/wrk';

const WRK = `Running 2s test @ http://127.0.0.1:18091/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   126.88ms  128.67ms 585.46ms   88.43%
    Req/Sec   586.35    337.28     1.25k    60.00%
  1170 requests in 2.01s, 211.35KB read
`;

describe('what wrk prints', () => {
  it('has the number of requests', () => {
    expect(parseWrk(WRK)).toEqual({ operations: 1170 });
  });

  it('has what went wrong', () => {
    const text = `${WRK}  Socket errors: connect 0, read 578, write 0, timeout 0\n  Non-2xx or 3xx responses: 12\n`;
    expect(parseWrk(text)).toEqual({
      operations: 1170,
      failure: 'Socket errors: connect 0, read 578, write 0, timeout 0; Non-2xx or 3xx responses: 12',
    });
  });

  it('is not mistaken for something else', () => {
    expect(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused')).toThrow(/not what wrk prints/);
  });
});

describe('what h2load prints', () => {
  const report = (protocol: string, counts: string) =>
    `Application protocol: ${protocol}\n\nfinished in 303.67ms, 13333.33 req/s, 925.34KB/s\nrequests: ${counts}\n`;

  it('has the requests that succeeded', () => {
    const counts = '4008 total, 4012 started, 4008 done, 4008 succeeded, 0 failed, 0 errored, 0 timeout';
    expect(parseH2load(report('h2', counts))).toEqual({ operations: 4008 });
  });

  it('has those that did not', () => {
    const counts = '4008 total, 4012 started, 4008 done, 4000 succeeded, 8 failed, 7 errored, 1 timeout';
    expect(parseH2load(report('h2', counts))).toEqual({
      operations: 4000,
      failure: '8 failed, 7 errored, 1 timed out',
    });
  });

  it('does not pass off another protocol as h2', () => {
    const counts = '10 total, 10 started, 10 done, 10 succeeded, 0 failed, 0 errored, 0 timeout';
    expect(parseH2load(report('http/1.1', counts))).toEqual({ operations: 0, failure: 'speaks http/1.1, not h2' });
  });

  it('is not mistaken for something else', () => {
    expect(() => parseH2load('')).toThrow(/not what h2load prints/);
  });
});

describe('what openssl s_time prints', () => {
  const report = (marks: string) =>
    `Collecting connection statistics for 1 seconds\n${marks}\n\n${marks.length} connections in 0.83s; 1662.65 connections/user sec, bytes read 202860\n${marks.length} connections in 2 real seconds, 147 bytes read per connection\n`;

  it('has the number of connections', () => {
    expect(parseHandshakes(report('****'), 'full')).toEqual({ operations: 4 });
    expect(parseHandshakes(report('rrr'), 'resumed')).toEqual({ operations: 3 });
  });

  it('has connections of the wrong kind', () => {
    expect(parseHandshakes(report('*r*'), 'full')).toEqual({ operations: 3, failure: '1 of 3 were not full' });
    expect(parseHandshakes(report('r**r'), 'resumed')).toEqual({ operations: 4, failure: '2 of 4 were not resumed' });
  });

  it('is not mistaken for something else', () => {
    expect(() => parseHandshakes('connect:errno=111', 'full')).toThrow(/not what openssl s_time prints/);
  });
});
