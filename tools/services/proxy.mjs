// A TCP proxy that delays, swallows or cuts what passes, for the faults that a network has.
import { connect, createServer } from 'node:net';
import { freePort } from './process.mjs';

/**
 * @typedef {object} Fault What happens to the bytes that the server sends.
 * @property {number} [delayMs] They arrive so much later.
 * @property {number} [cutAfter] After so many of them, counted per connection from now on, both ends are reset.
 * @property {boolean} [drop] They never arrive, and the connection stays open.
 * @property {boolean} [refuse] New connections are reset at once, those that stand likewise.
 *
 * @typedef {object} Proxy
 * @property {string} host
 * @property {number} port
 * @property {(fault: Fault) => void} fault What shall happen from now on; `{}` lets everything pass again.
 * @property {(port: number) => void} pointAt Leads new connections to another port; those that stand are left alone.
 * @property {() => number} connections How many stand.
 * @property {() => void} reset Resets the connections that stand.
 * @property {() => Promise<void>} stop
 */

/** Starts a proxy before a port of the loopback address. @param {{ port: number }} target @returns {Promise<Proxy>} */
export async function startProxy({ port: first }) {
  let target = first;
  /** @type {Fault} */
  let fault = {};
  /** @type {Set<{ left: number, end: () => void }>} */
  const pairs = new Set();

  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1' });
    const pair = {
      left: fault.cutAfter ?? Number.POSITIVE_INFINITY,
      end() {
        pairs.delete(pair);
        client.resetAndDestroy();
        upstream.destroy();
      },
    };
    if (fault.refuse === true) return pair.end();
    pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', pair.end);
      socket.on('close', pair.end);
    }
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (fault.drop === true) return;
      const passed = bytes.subarray(0, pair.left);
      pair.left -= passed.length;
      const send = () => {
        if (!client.writable) return;
        client.write(passed, () => (pair.left <= 0 ? pair.end() : undefined));
      };
      if (fault.delayMs === undefined) send();
      else setTimeout(send, fault.delayMs);
    });
  });

  const port = await freePort();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const reset = () => {
    for (const pair of pairs) pair.end();
  };
  return {
    host: '127.0.0.1',
    port,
    fault(next) {
      fault = next;
      for (const pair of pairs) pair.left = next.cutAfter ?? Number.POSITIVE_INFINITY;
      if (next.refuse === true) reset();
    },
    pointAt(next) {
      target = next;
    },
    connections: () => pairs.size,
    reset,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        reset();
      }),
  };
}
