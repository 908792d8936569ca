import { App, TerraformStack } from 'cdktf';
import { Duration, Fallback, FallbackRoute, ScalableApi, TargetPool, Targets } from 'spillway';
import { LocalPlatform } from 'spillway/cdktf';

const app = new App();
const stack = new TerraformStack(app, 'quickstart');

const api = new ScalableApi(stack, 'quickstart', {
  platform: new LocalPlatform(),
  listeners: { web: { address: '127.0.0.1', port: 9080 } },
  admin: { port: 9180 },
});

const web = new TargetPool(api, 'web', {
  targets: Targets.of(
    { address: '127.0.0.1:8081' }, // web1
    { address: '127.0.0.1:8082', priority: -1 }, // web2 serves only while web1 is not available
  ),
  healthCheck: {
    path: '/healthz',
    interval: Duration.millis(50),
    timeout: Duration.millis(50),
    healthyThreshold: 1,
    unhealthyThreshold: 2,
  },
});

new FallbackRoute(api, 'get', {
  path: '/get',
  methods: ['GET'],
  tiers: [web],
  timeouts: { connect: Duration.millis(250), response: Duration.seconds(1) },
  fallback: Fallback.json({ message: 'Back in a minute.' }, { status: 503 }),
});

app.synth();
