// Records by the million: only their size and their place matter, nobody presents these tokens.
import { hash } from 'node:crypto';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const firstAt = Date.UTC(2025, 0, 1);
const day = 86_400_000;

/** A text of its own, in one piece, as if it had been read; equal texts of other records share nothing with it. @param {string} text */
const fresh = (text) => Buffer.from(text, 'latin1').toString('latin1');

/** Sixteen characters. @param {number} number */
function idOf(number) {
  const bytes = Buffer.alloc(16, 48);
  for (let place = 15, rest = number + 1; place >= 0; place--) {
    bytes[place] = letters.charCodeAt((rest + place * 7) % 62);
    rest = Math.floor(rest / 62);
  }
  return bytes.toString('latin1');
}

/** Records like those of a company: five of each user, half with an end, most of them used. @param {number} count @param {number} [from] */
export function* fillerRecords(count, from = 0) {
  for (let number = from; number < from + count; number++) {
    const subject = fresh(`user${Math.floor(number / 5)}`);
    const createdAt = firstAt + number * 31;
    yield {
      id: idOf(number),
      digest: hash('sha256', `${number}`, 'base64url'),
      keyVersion: null,
      label: fresh(`deploy key ${number % 100_000}`),
      subject,
      issuedBy: subject,
      scope: number % 3 === 0 ? /** @type {const} */ ('read-only') : /** @type {const} */ ('read-write'),
      createdAt,
      expiresAt: number % 2 === 0 ? null : createdAt + (730 + (number % 365)) * day,
      lastUsedAt: number % 4 === 0 ? null : createdAt + (number % 90) * day,
      revokedAt: null,
      revokedBy: null,
      replaces: null,
    };
  }
}

/** How a database makes the same from a number `n`, but for id and digest. */
const columns = `
      'deploy key ' || (n % 100000), 'user' || (n / 5), 1 + (n % 2), ${firstAt} + n * 31,
      case when n % 2 = 1 then ${firstAt} + n * 31 + (730 + n % 365) * ${day} end,
      case when n % 4 > 0 then ${firstAt} + n * 31 + (n % 90) * ${day} end`;
const into =
  'insert into latchkey_tokens (id, digest, label, subject, scope, created_at, expires_at, last_used_at)';

/** @typedef {(statement: string) => Promise<any[]>} Ask Runs a statement and answers its rows. */

/**
 * The same, made by a database itself, in whatever type the store's tables keep ids and digests.
 *
 * @type {Record<'PostgreSQL' | 'SQLite', (ask: Ask, count: number) => Promise<unknown>>}
 */
export const filler = {
  async PostgreSQL(ask, count) {
    const rows = await ask(
      `select column_name as name, data_type as type from information_schema.columns where table_name = 'latchkey_tokens'`,
    );
    const typeOf = (/** @type {string} */ column) => rows.find(({ name }) => name === column)?.type;
    const id = `left(translate(encode(sha256(('i' || n)::bytea), 'base64'), '+/=', 'abc'), 16)`;
    const digest = `sha256(('d' || n)::bytea)`;
    await ask(`${into} select
      ${typeOf('id') === 'uuid' ? `encode(${id}::bytea, 'hex')::uuid` : id},
      ${typeOf('digest') === 'bytea' ? digest : `left(translate(encode(${digest}, 'base64'), '+/=', '-_c'), 43)`},
      ${columns} from generate_series(0::bigint, ${count - 1}) as n`);
  },
  async SQLite(ask, count) {
    const rows = await ask('pragma table_info(latchkey_tokens)');
    const isBlob = rows.find(({ name }) => name === 'digest')?.type.toLowerCase() === 'blob';
    await ask(`${into}
      with recursive counted(n) as (select 0 union all select n + 1 from counted where n < ${count - 1})
      select hex(randomblob(8)), ${isBlob ? 'randomblob(32)' : 'substr(hex(randomblob(22)), 1, 43)'},
      ${columns} from counted`);
  },
};

/** The middle of so many in the order of listings. @param {number} count */
export const middleOf = (count) => ({ createdAt: firstAt + Math.floor(count / 2) * 31, id: 'A' });
