import type { Settings } from '@latchkey/core';
import { same } from '../store/assertion.ts';
import { type Bench, type BindingCase, bindingCase } from './case.ts';
import { bearer } from './header.ts';

const forged = [
  'X-Forwarded-For: 203.0.113.9',
  'X-Real-IP: 203.0.113.9',
  'Forwarded: for=203.0.113.9',
  'CF-Connecting-IP: 203.0.113.9',
];

const ask = async ({ ask: send, readOnly }: Bench): Promise<number> =>
  (await send('GET /api/notes', [...forged, bearer(readOnly)])).status;

/** Settings that let nobody in but callers from a range. */
const onlyFrom = (range: string) => (): { settings: (settings: Settings) => Settings } => ({
  settings: (settings) => ({
    ...settings,
    network: { ...settings.network, allow: [range], appliesTo: 'all-credentials' },
  }),
});

/** Whose address the engine is told. */
export const peerCases: readonly BindingCase[] = [
  bindingCase(
    'peer-socket',
    'BI-2 the peer is the socket’s address, whatever the framework makes of forwarded headers',
    async (bench) => {
      await ask(bench);
      const peers = bench.seen.map(({ peer }) => peer?.replace('::ffff:', '') ?? null);
      same(peers, [bench.has('peer') ? '127.0.0.1' : null], 'peers');
    },
  ),
  bindingCase(
    'peer-allowed',
    'BI-2 an allow-list lets the socket’s address in, and nobody whose address is not known',
    async (bench) => same(await ask(bench), bench.has('peer') ? 200 : 401, 'status'),
    onlyFrom('127.0.0.1'),
  ),
  bindingCase(
    'peer-forged',
    'BI-2 an allow-list refuses a caller that only claims an address in it',
    async (bench) => same([await ask(bench), bench.entered], [401, []], 'status and requests of the host'),
    onlyFrom('203.0.113.0/24'),
  ),
];
