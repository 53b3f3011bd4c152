import { createHash } from 'node:crypto';
import type { SubjectId, TokenId } from '@latchkey/core';
import { escaped } from './record.ts';
import { crc16, evenTags } from './slot.ts';

/*
 * The keys. All begin with the prefix and a hash tag, `lk:{7}:`, and each tag is one shard: one slot, hence one
 * server, hence within reach of one script. A token belongs to the shard that its id says, and so do its record, its
 * index entries and the audit events about it: inserting, relabelling, revoking and using it is one script in one
 * slot, its event included. With one shard (the default on a single server) that is true of everything.
 *
 *   t:<id>        string   the record, see record.ts
 *   r  w          zset     read-only and read-write tokens by creation and id: the whole listing, in two
 *   s:<subject>   zset     the tokens of a subject by creation and id
 *   e  u  v       zset     tokens by the instant that they expire, were last used, were revoked at
 *   a             stream   audit events, with the microsecond of the writing as their id
 *   n:<nonce>     string   what a script has answered, for a minute: a client that sends it again after a cut
 *                          connection gets the same answer instead of a second execution
 *
 * in the shard that the subject's name says:
 *
 *   l:<subject>   zset     ids of its tokens by their end: those that may be live, for the limit
 *   h:<subject>   zset     places taken in `l` by inserts from another shard that are under way
 *
 * in the shard of a token that is to replace one of another shard:
 *
 *   p:<id>        string   the record, not yet visible; q (zset) says since when
 *   c:<id>        string   in the shard of the replaced token: the replacement stands, and the record is to appear
 *
 * in the shard with the tag `0`, which there is for any number of shards:
 *
 *   revision      string   layout version, number of shards, settings revision: what each look-up reads
 *   settings      string   the revision and the document
 *
 * Entries of r, w, s, e, u, v are creation and id as text that sorts like a listing. `l` may hold more than is live,
 * never less: who finds no room looks at the records and clears what has ended.
 */

/** The version of this layout. */
export const layout = '1';

/** The names of keys under one prefix. */
export interface Keys {
  readonly shards: number;
  /** The shard of the settings. */
  readonly home: number;
  readonly revision: string;
  readonly settings: string;
  shardOf(id: TokenId): number;
  shardOfSubject(subject: SubjectId): number;
  record(id: TokenId): string;
  pending(id: TokenId): string;
  /** `name` is one of the letters that stand for a key of each shard. */
  of(shard: number, name: 'r' | 'w' | 'e' | 'u' | 'v' | 'a' | 'q'): string;
  promise(shard: number, id: TokenId): string;
  nonce(shard: number, nonce: string): string;
  tokensOf(shard: number, subject: SubjectId): string;
  liveOf(subject: SubjectId): string;
  heldOf(subject: SubjectId): string;
}

const longestName = 200;
const idForm = /^[0-9A-Za-z]{1,64}$/;

/** True for text that may stand in a key as an id. */
export const isKeyId = (id: string): boolean => idForm.test(id);

/** A subject in a key: escaped, and where that is long, hashed. Different for different subjects. */
function nameIn(subject: SubjectId): string {
  const name = escaped(subject);
  // A name cannot begin with a bare quotation mark once it is escaped, so no hash is taken for a name.
  return name.length <= longestName ? name : `"${createHash('sha256').update(name).digest('base64url')}`;
}

/** The key names for a prefix and a number of shards, both checked by the caller. */
export function keysOf(prefix: string, shards: number): Keys {
  const tags = evenTags(shards);
  const heads = tags.map((tag) => `${prefix}:{${tag}}:`);
  const home = tags.indexOf('0');
  const head = (shard: number): string => heads[shard] ?? '';
  const shardOf = (name: string): number => (shards === 1 ? 0 : crc16(name) % shards);
  // An id of another form is in no record; it must not get to name other keys either.
  const idIn = (id: TokenId): string => (isKeyId(id) ? id : '');
  return {
    shards,
    home,
    revision: `${head(home)}revision`,
    settings: `${head(home)}settings`,
    shardOf,
    shardOfSubject: shardOf,
    record: (id) => `${head(shardOf(id))}t:${idIn(id)}`,
    pending: (id) => `${head(shardOf(id))}p:${idIn(id)}`,
    of: (shard, name) => head(shard) + name,
    promise: (shard, id) => `${head(shard)}c:${idIn(id)}`,
    nonce: (shard, nonce) => `${head(shard)}n:${nonce}`,
    tokensOf: (shard, subject) => `${head(shard)}s:${nameIn(subject)}`,
    liveOf: (subject) => `${head(shardOf(subject))}l:${nameIn(subject)}`,
    heldOf: (subject) => `${head(shardOf(subject))}h:${nameIn(subject)}`,
  };
}
