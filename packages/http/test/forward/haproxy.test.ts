import { startHaproxy } from '../../../../tools/services/haproxy.mjs';
import { gatewayForms } from '../../src/index.ts';
import { configIn, withPort } from './gateway.ts';
import { gatewaySuite } from './suite.ts';

gatewaySuite({
  name: 'HAProxy',
  form: gatewayForms.haproxy,
  start: (host, latchkey) =>
    startHaproxy((port, luaFile) => {
      const config = configIn('behind-haproxy.md', 'text haproxy');
      for (const part of ['bind :80', '/etc/haproxy/latchkey.lua'])
        if (!config.includes(part)) throw new Error(`the configuration does not say ${part}`);
      return {
        config: withPort(config, 3000, host)
          .replace('bind :80', `bind 127.0.0.1:${port}`)
          .replace('/etc/haproxy/latchkey.lua', luaFile),
        lua: withPort(configIn('behind-haproxy.md', 'text lua'), 4000, latchkey),
      };
    }),
  chain: 'goes-on',
  unanswered: 503,
});
