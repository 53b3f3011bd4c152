import type { EpochMs, LiveLimit, SubjectId, TokenId, TokenRecord } from '@latchkey/core';
import { readRecords } from './lookup.ts';
import { decodeRecord } from './record.ts';
import { clearScript, giveBackScript, surveyScript, takeScript } from './script/place.ts';
import { textsOf } from './sortable.ts';
import { newNonce, runOnce, type Space } from './space.ts';

/** A place among the live tokens of a subject, taken for a record that is about to be written. */
export interface Place {
  /** Until when the record may be written, by the servers' clocks. */
  readonly notAfter: string;
  /** Tells that the record is there: nobody has to wait for it any more. */
  keep(): Promise<void>;
  giveBack(): Promise<void>;
}

/** Takes a place in the subject's shard for a record of another shard. Spec: TK-8 */
export async function takePlace(
  space: Space,
  { id, subject, expiresAt, revokedAt }: TokenRecord,
  limit: LiveLimit | null,
  except: TokenId | null,
): Promise<Place | 'full'> {
  const { connection, keys } = space;
  const places = [keys.liveOf(subject), keys.heldOf(subject)];
  const nonce = newNonce();
  const [most, at] = limitTexts(limit);
  const score = expiresAt === null ? '+inf' : `${expiresAt}`;
  const args = [id, nonce, score, most, at, except ?? '', revokedAt === null ? '1' : '0'];
  const notAfter = await runOnce(space, takeScript, keys.shardOfSubject(subject), places, args, nonce);
  if (notAfter === 'full') return notAfter;
  return {
    notAfter,
    async keep() {
      try {
        await connection.ask(['ZREM', keys.heldOf(subject), `${id} ${nonce}`], keys.heldOf(subject));
      } catch {
        // The record stands; what says that it is under way goes by itself.
      }
    },
    giveBack: async () => void (await connection.run(giveBackScript, places, [id, nonce])),
  };
}

/** A limit as scripts take it; without one, empty. */
export const limitTexts = (limit: LiveLimit | null): readonly [most: string, at: string] =>
  limit === null ? ['', '0'] : [`${limit.live}`, `${limit.at}`];

/**
 * Tries again after clearing the subject's places of tokens that are revoked, deleted or end earlier by now, as long
 * as that makes room. Revoking leaves them behind, because it knows no subject.
 */
export async function withinLimit<T extends string>(
  space: Space,
  subject: SubjectId,
  limit: LiveLimit | null,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let round = 0; ; round++) {
    const word = await attempt();
    if (word !== 'full' || limit === null || round === mostRounds) return word;
    if ((await clearPlaces(space, subject, limit.at)) === 0) return word;
  }
}

/** Each round clears something, so more are only needed where others insert meanwhile. */
const mostRounds = 3;
/** The most places that one round looks at. Spec: ST-7 */
const batch = 1000;

/** Answers how many places were cleared or moved. */
async function clearPlaces(space: Space, subject: SubjectId, at: EpochMs): Promise<number> {
  const { connection, keys } = space;
  const places = [keys.liveOf(subject), keys.heldOf(subject)];
  const survey = textsOf(await connection.run(surveyScript, places, [`${at}`, `${batch}`]));
  // Whether a place is held is asked before its record is read: a record written since is no sign of an empty place.
  const ids = survey.filter((_, index) => index % 2 === 0);
  const held = new Set(ids.filter((_, index) => survey[2 * index + 1] === '1'));
  const kept = await readRecords(space, ids);
  const missing = ids.filter((id) => !held.has(id) && (kept.get(id) ?? null) === null);
  const gone = new Set(await withoutRecord(space, missing));
  const args = ids.flatMap((id) => {
    const record = decodeRecord(id, kept.get(id));
    if (record === null) return gone.has(id) ? [id, 'gone', ''] : [];
    if (record.subject !== subject) return [id, 'gone', ''];
    if (record.revokedAt !== null) return [id, 'ended', ''];
    return record.expiresAt === null ? [] : [id, 'ends', `${record.expiresAt}`];
  });
  if (args.length === 0) return 0;
  return Number(await connection.run(clearScript, places, args));
}

/** Those with neither a record nor one that a replacement under way has laid down and may yet reveal. */
async function withoutRecord(space: Space, ids: readonly TokenId[]): Promise<readonly TokenId[]> {
  const { connection, keys } = space;
  const laid = await Promise.all(
    ids.map((id) => connection.ask(['EXISTS', keys.pending(id)], keys.pending(id))),
  );
  const open = ids.filter((_, index) => laid[index] === 0);
  const kept = await readRecords(space, open);
  return open.filter((id) => (kept.get(id) ?? null) === null);
}
