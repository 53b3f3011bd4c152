import { startCaddy } from '../../../../tools/services/caddy.mjs';
import { gatewayForms } from '../../src/index.ts';
import { configIn, withPorts } from './gateway.ts';
import { gatewaySuite } from './suite.ts';

gatewaySuite({
  name: 'Caddy',
  form: gatewayForms.caddy,
  start: (host, latchkey) =>
    startCaddy(() => withPorts(configIn('behind-caddy.md', 'caddyfile'), host, latchkey)),
  chain: 'begins',
  unanswered: 502,
});
