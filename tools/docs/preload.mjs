// Loaded before a program of the documentation: its servers take any free port, and once one of them has answered a
// request the program has shown what it can do and ends. A program that ends by itself, or is still at work, is left alone.
import { get } from 'node:http';
import { Server } from 'node:net';
import process from 'node:process';

/** How long a program may go on by itself before it is asked. */
const quietMs = 3000;

const listen = Server.prototype.listen;

/** @param {unknown[]} args */
const callbackOf = (args) => args.filter((arg) => typeof arg === 'function');

/** @this {Server} @param {unknown[]} args */
function listenAnywhere(...args) {
  this.once('listening', () => {
    const address = this.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const { port } = address;
    const probe = setTimeout(() => {
      get({ host: '127.0.0.1', port, path: '/api/hello' }, (response) => {
        response.resume();
        response.once('end', () => process.exit((response.statusCode ?? 500) < 500 ? 0 : 1));
      });
    }, quietMs);
    this.once('close', () => clearTimeout(probe));
  });
  return Reflect.apply(listen, this, [{ port: 0, host: '127.0.0.1' }, ...callbackOf(args)]);
}

Server.prototype.listen = /** @type {typeof listen} */ (listenAnywhere);
