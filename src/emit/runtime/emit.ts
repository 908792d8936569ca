import type { Api } from '../../model';
import { modelText } from '../../passes';
import type { Artifact } from '../../platform';

/** Where the files of the bundled data plane stand on a machine. */
export const RUNTIME_PATHS = {
  program: '/opt/spillway/spillway.js',
  model: (apiName: string) => `/etc/spillway/${apiName}.json`,
  unit: (apiName: string) => `/etc/systemd/system/spillway-${apiName}.service`,
};

/** The model and the unit of an API. Names are letters, digits, `-` and `_`, so nothing in them needs quoting. */
export function emitRuntime(api: Api, description: unknown): readonly Artifact[] {
  return [
    { path: `${api.name}.json`, content: modelText(description) },
    { path: `spillway-${api.name}.service`, content: [unit(api)] },
  ];
}

function unit(api: Api): string {
  const run = `/usr/bin/env node ${RUNTIME_PATHS.program}`;
  const model = RUNTIME_PATHS.model(api.name);
  return `# Made by spillway from the API ${api.name}; do not edit.
[Unit]
Description=spillway ${api.name}
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=${run} run ${model}
ExecReload=${run} check ${model}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=100ms
# Longer than the drain, so that requests in flight finish.
TimeoutStopSec=40
LimitNOFILE=1048576
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;
}
