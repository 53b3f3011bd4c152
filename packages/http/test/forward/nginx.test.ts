import { expect, test } from 'vitest';
import { startNginx } from '../../../../tools/services/nginx.mjs';
import { gatewayForms } from '../../src/index.ts';
import { configIn, raw, withPorts } from './gateway.ts';
import { gatewaySuite } from './suite.ts';

gatewaySuite(
  {
    name: 'nginx',
    form: gatewayForms.nginx,
    start: (host, latchkey) =>
      startNginx((port) => {
        const config = withPorts(configIn('behind-nginx.md', 'nginx'), host, latchkey);
        if (!config.includes('listen 80;')) throw new Error('the configuration listens elsewhere');
        return config.replace('listen 80;', `listen 127.0.0.1:${port};`);
      }),
    chain: 'goes-on',
    unanswered: 500,
  },
  (bench) => {
    test('FA the location of the question is nobody’s to ask for, and the body of a deny is whole', async () => {
      const { port, writer, reader } = bench();
      expect((await raw(port, 'GET /_latchkey', [`Authorization: Bearer ${writer}`])).status).toBe(404);
      const denied = await raw(port, 'DELETE /api/notes', [`Authorization: Bearer ${reader}`]);
      // Written by nginx itself, out of the headers of the answer.
      expect(Object.keys(JSON.parse(denied.body)).sort()).toEqual(['detail', 'reason', 'status', 'type']);
    });
  },
);
