import { expect, it } from 'vitest';
import { parseApi } from '../../../src/model';
import { planHosts } from '../../../src/plans/hosts';

const description = {
  version: 1,
  name: 'shop',
  listeners: { web: { port: 80 } },
  pools: {},
  routes: { all: { fallback: { text: 'hello' } } },
  accessLog: {},
};
const compiled = { api: parseApi(description), description };

it.each([
  ['haproxy', ['/etc/haproxy/haproxy.cfg'], 'haproxy -c -f "$STAGED/etc/haproxy/haproxy.cfg"'],
  ['nginx', ['/etc/nginx/nginx.conf'], 'nginx -t -c "$STAGED/etc/nginx/nginx.conf"'],
  [
    'runtime',
    ['/opt/spillway/spillway.js', '/etc/spillway/shop.json', '/etc/systemd/system/spillway-shop.service'],
    'node "$STAGED/opt/spillway/spillway.js" check "$STAGED/etc/spillway/shop.json"',
  ],
])('gives a host with %s its files, and the check that it makes of them', (dataPlane, paths, check) => {
  const plan = planHosts('shop', dataPlane);
  expect(plan.files.map(({ path }) => path)).toEqual(paths);
  expect(plan.check).toBe(check);
});

it('has HAProxy leave the rights of root, and Nginx log where systemd lets it', () => {
  const text = (dataPlane: string) => planHosts('shop', dataPlane).files[0].content?.(compiled).join('') ?? '';
  expect(text('haproxy')).toMatch(/^ {2}user haproxy$/m);
  expect(text('nginx')).toContain('access_log /var/log/nginx/access.log');
});

it('ships the program of the bundled data plane as it is', () => {
  expect(planHosts('shop', 'runtime').files[0].content).toBeUndefined();
});
