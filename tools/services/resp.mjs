// Asks a Redis server one question over a connection of its own, without a client library.
import { connect } from 'node:net';

/**
 * @typedef {string | number | null | Error | Replies} Reply
 * @typedef {object & { readonly [index: number]: Reply, readonly length: number }} Replies
 */

/**
 * Reads one reply (RESP2) from a text; null as long as it is not all there.
 *
 * @param {string} text in which each character is one byte @param {number} start
 * @returns {{ reply: Reply, end: number } | null}
 */
export function readReply(text, start = 0) {
  const line = text.indexOf('\r\n', start);
  if (line === -1) return null;
  const told = text.slice(start + 1, line);
  let end = line + 2;
  switch (text[start]) {
    case '+':
      return { reply: told, end };
    case '-':
      return { reply: new Error(told), end };
    case ':':
      return { reply: Number(told), end };
    case '$': {
      const length = Number(told);
      if (length === -1) return { reply: null, end };
      if (text.length < end + length + 2) return null;
      return { reply: text.slice(end, end + length), end: end + length + 2 };
    }
    case '*': {
      /** @type {Reply[]} */
      const replies = [];
      for (let left = Number(told); left > 0; left--) {
        const next = readReply(text, end);
        if (next === null) return null;
        replies.push(next.reply);
        end = next.end;
      }
      return { reply: replies, end };
    }
    default:
      throw new Error('The answer is no reply of Redis.');
  }
}

/**
 * What a server on the loopback address answers to one command; rejects for an error reply, and when no answer comes.
 *
 * @param {number} port @param {readonly (string | number)[]} command
 * @param {{ password?: string, timeoutMs?: number }} [options] @returns {Promise<Reply>}
 */
export function ask(port, command, { password, timeoutMs = 2000 } = {}) {
  const commands = [...(password === undefined ? [] : [['AUTH', password]]), command];
  const question = commands
    .map(
      (args) =>
        `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(`${arg}`)}\r\n${arg}\r\n`).join('')}`,
    )
    .join('');
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    /** @param {() => void} settle */
    const end = (settle) => {
      socket.destroy();
      settle();
    };
    socket.setEncoding('latin1');
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(`No answer within ${timeoutMs} ms.`))));
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => reject(new Error('The connection was closed before the answer.')));
    socket.on('connect', () => socket.write(question));
    socket.on('data', (chunk) => {
      heard += chunk;
      let place = 0;
      /** @type {Reply} */
      let last = null;
      for (let left = commands.length; left > 0; left--) {
        const next = readReply(heard, place);
        if (next === null) return;
        place = next.end;
        last = next.reply;
      }
      const answer = last;
      end(() => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  });
}

/**
 * One field of what INFO tells of a server; null where there is none, or nobody answers.
 *
 * @param {number} port @param {string} section @param {string} field @param {{ password?: string }} [options]
 */
export async function infoOf(port, section, field, options = {}) {
  try {
    const told = `${await ask(port, ['INFO', section], options)}`;
    return new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(told)?.[1] ?? null;
  } catch {
    return null;
  }
}
