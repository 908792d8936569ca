import { afterEach, expect, it, vi } from 'vitest';
import { nameServers } from '../../../src/runtime/names';

afterEach(() => void vi.unstubAllEnvs());

it('takes name servers from the environment', () => {
  vi.stubEnv('SPILLWAY_DNS_SERVERS', '10.0.0.2, 10.0.0.3:5353 [::1]:53,fd00::1');
  expect(nameServers()).toEqual(['10.0.0.2', '10.0.0.3:5353', '[::1]:53', 'fd00::1']);
  expect(nameServers(['10.0.0.9'])).toEqual(['10.0.0.9']);
});

it('leaves it to the system where none is named', () => {
  vi.stubEnv('SPILLWAY_DNS_SERVERS', ' ');
  expect(nameServers()).toBe(undefined);
});

it.each(['dns.test', '10.0.0.1:0', '10.0.0.1:65536', '[10.0.0.1]:53', '[::1]', '::1:x', ':53'])(
  'refuses %s, which Node.js would not survive or not understand',
  (server) => {
    expect(() => nameServers([server])).toThrow(`${server} is no name server`);
  },
);
