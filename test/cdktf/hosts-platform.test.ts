import { expect, it } from 'vitest';
import { HostDataPlane, HostsPlatform } from '../../src/cdktf';

it.each(['', '../edge', 'a b', 'edge/1', '-edge', '$(id)'])('refuses %j as the name of a host', (name) => {
  expect(() => new HostsPlatform({ hosts: [{ name }] })).toThrow(/is no name of a host: allowed are/);
});

it('can do what its data plane can', () => {
  const platforms = Object.values(HostDataPlane).map(
    (dataPlane) => new HostsPlatform({ hosts: [{ name: 'edge-1.example' }], dataPlane }),
  );
  expect(platforms.map(({ _support }) => _support.name)).toEqual(['runtime', 'haproxy', 'nginx']);
});
