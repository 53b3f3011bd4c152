// Loaded before a README's server (`node --import`): whatever port the server names, it gets a free one; then it is asked
// as its `curl` line says, without a token and with the one that it printed. Ends the process: 0 where 200 came with
// the token alone.
import { request } from 'node:http';
import { Server } from 'node:net';

const target = process.env.PROBE_TARGET ?? '/';
const listen = Server.prototype.listen;
const write = process.stdout.write;
let printed = '';

process.stdout.write = /** @type {typeof write} */ (
  (/** @type {any} */ chunk, /** @type {any[]} */ ...rest) => {
    printed += chunk;
    return write.call(process.stdout, chunk, ...rest);
  }
);

/** The text of the first token that was printed; waits for it. */
async function token() {
  for (let waits = 0; waits < 200; waits++) {
    const [text] = /\blk_\w{16}_\w{40,}/.exec(printed) ?? [];
    if (text !== undefined) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no token was printed');
}

/** @param {number} port @param {Record<string, string>} headers @returns {Promise<number>} */
const ask = (port, headers) =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: target, headers, agent: false }, (reply) => {
      reply.resume().once('end', () => resolve(reply.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });

/** @param {Server} server */
async function probe(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const text = await token();
  const without = await ask(address.port, {});
  const withToken = await ask(address.port, { Authorization: `Bearer ${text}` });
  if (without !== 401 || withToken !== 200)
    throw new Error(`${target} answered ${without} without the token and ${withToken} with it`);
}

Server.prototype.listen = /** @type {typeof listen} */ (
  function (/** @type {any[]} */ ...args) {
    const told = args.filter((each) => typeof each === 'function');
    this.once('listening', () => {
      probe(this).then(
        () => process.exit(0),
        (error) => {
          console.error(`probe: ${error.message}`);
          process.exit(1);
        },
      );
    });
    return Reflect.apply(listen, this, [0, '127.0.0.1', ...told]);
  }
);
