// Which client is it behind the proxies?
import { compilePolicy, defaultSettings, hosts, resolveClient } from '@latchkey/core';
import proxyAddr from 'proxy-addr';
import { atLeast } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { allowed, settings, trusted } from './world/world.mjs';

const mask = 255;
const clients = allowed(1000)
  .slice(0, mask + 1)
  .map(({ member }) => member);
const hops = clients.map((client) => `${client}, 172.16.3.4, 10.0.0.2`);
const peer = '10.0.0.1';

function latchkey() {
  const name = 'Latchkey, resolveClient';
  const usual = defaultSettings(hosts.generic);
  const policy = compilePolicy(
    { ...usual, network: { ...usual.network, reverseProxy: settings(1).network.reverseProxy } },
    hosts.generic,
  );
  /** @type {{ peer: string, headers: [string, string][] }[]} */
  const asked = hops.map((hop) => ({
    peer,
    headers: [
      ['Host', 'api.example.org'],
      ['X-Forwarded-For', hop],
    ],
  }));
  return {
    name,
    run: (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++) {
        const client = resolveClient(/** @type {any} */ (asked[index & mask]), policy);
        if (client.kind !== 'resolved' || client.address !== clients[index & mask])
          throw new Error('Latchkey found another client');
      }
    },
  };
}

function compiled() {
  const name = 'proxy-addr, compiled';
  const trust = proxyAddr.compile(trusted);
  const asked = hops.map((hop) => ({
    socket: { remoteAddress: peer },
    connection: { remoteAddress: peer },
    headers: { host: 'api.example.org', 'x-forwarded-for': hop },
  }));
  return {
    name,
    run: (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++)
        if (proxyAddr(/** @type {any} */ (asked[index & mask]), trust) !== clients[index & mask])
          throw new Error('proxy-addr found another client');
    },
  };
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Client',
  about: `The client of a request with three hops in \`X-Forwarded-For\`, two of them proxies of ${trusted.length} trusted ranges, as the peer is.`,
  async measure() {
    const contenders = [latchkey(), compiled()];
    const samples = await sideBySide(contenders, { rounds: 31 });
    const figures = contenders.map(({ name }) => ({ name, value: typical(samples, name), unit: 'µs' }));
    return {
      figures,
      charts: [{ title: 'The client behind three hops', unit: 'µs', better: 'less', bars: figures }],
      targets: [
        atLeast(
          'faster than proxy-addr compiled',
          5,
          ratio(samples, 'proxy-addr, compiled', 'Latchkey, resolveClient'),
        ),
      ],
    };
  },
};
