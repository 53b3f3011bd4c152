import { type BindingTrait, httpBindingCases } from '@latchkey/testing';
import { describe, test } from 'vitest';
import { serving } from './server.ts';

const bare: BindingTrait[] = ['raw-headers', 'raw-target', 'absolute-form', 'asterisk-form', 'departure'];
describe.each([
  ['with Node’s own request', serving(['asterisk-form'], { incoming: (_, { incoming }) => incoming })],
  ['with an address alone', serving(bare, { peer: (_, { incoming }) => incoming.socket.remoteAddress })],
  ['with a Request and no more', serving([...bare, 'peer'], {})],
])('%s', (_, create) => {
  for (const { title, run } of httpBindingCases()) test(title, () => run(create));
});
