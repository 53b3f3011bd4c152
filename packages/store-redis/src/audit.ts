import { type AuditEntry, type AuditEvent, type AuditLog, isEventWanted } from '@latchkey/core';
import { StoreError } from './error.ts';
import { eventText } from './insertion.ts';
import { appendScript } from './script/change.ts';
import { textOf } from './sortable.ts';
import { runOnce, type Space } from './space.ts';

/** How many entries one round looks at, at least and at most. Spec: ST-7 */
const [smallest, largest] = [50, 1000];

/** Where an entry stands: the microsecond of its writing, its number within that, and the shard that keeps it. */
interface Place {
  readonly at: number;
  readonly number: number;
  readonly shard: number;
}

const compare = (a: Place, b: Place): number => a.at - b.at || a.number - b.number || a.shard - b.shard;

/** A place as text that sorts as the log does. */
const positionOf = ({ at, number, shard }: Place): string =>
  [`${at}`.padStart(17, '0'), `${number}`.padStart(9, '0'), `${shard}`.padStart(4, '0')].join('-');

function placeOf(position: string): Place {
  const parts = /^(\d{17})-(\d{9,16})-(\d{4})$/.exec(position);
  // A cursor that this log has not given out has nothing behind it.
  if (parts === null) return { at: 0, number: 0, shard: 0 };
  return { at: Number(parts[1]), number: Number(parts[2]), shard: Number(parts[3]) };
}

/** An entry as the stream of a shard holds it. */
function entryOf(shard: number, reply: unknown): { readonly place: Place; readonly text: string } {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) throw new StoreError('corrupt');
  const [at, number] = textOf(reply[0]).split('-').map(Number);
  return { place: { at: at ?? 0, number: number ?? 0, shard }, text: textOf(reply[1][1]) };
}

function parse(text: string): AuditEvent {
  try {
    return JSON.parse(text);
  } catch {
    throw new StoreError('corrupt');
  }
}

/**
 * The log: one stream in each shard, read as one by the time of writing. That is the order of writing within a shard
 * and, as far as the servers' clocks agree, among shards. Spec: TK-7, ST-6
 */
export function auditLog(space: Space): AuditLog {
  const { connection, keys } = space;
  const shards = Array.from({ length: keys.shards }, (_, shard) => shard);
  let turn = 0;

  /** The entries of one shard before a place, newest first. */
  async function before(shard: number, place: Place | null, count: number) {
    const key = keys.of(shard, 'a');
    const id = place === null ? '+' : `${place.at}-${place.number}`;
    // Of entries with the same time and number, those of later shards come first.
    const newest = place === null || shard < place.shard ? id : `(${id}`;
    const reply = await connection.ask(['XREVRANGE', key, newest, '-', 'COUNT', `${count}`], key);
    if (!Array.isArray(reply)) throw new StoreError('corrupt');
    return reply.map((entry: unknown) => entryOf(shard, entry));
  }

  return {
    async append(events) {
      if (events.length === 0) return;
      turn = (turn + 1) % keys.shards;
      await runOnce(space, appendScript, turn, [keys.of(turn, 'a')], events.map(eventText));
    },
    async list(query) {
      const found: AuditEntry[] = [];
      let after = query.after === null ? null : placeOf(query.after);
      for (
        let size = Math.max(smallest, Math.min(largest, query.limit));
        ;
        size = Math.min(largest, size * 2)
      ) {
        const share = keys.shards === 1 ? size : Math.ceil((size / keys.shards) * 1.5) + 4;
        const told = await Promise.all(shards.map((shard) => before(shard, after, share)));
        const edges = told.flatMap((entries) => (entries.length === share ? entries.slice(-1) : []));
        const edge =
          edges
            .map(({ place }) => place)
            .sort(compare)
            .at(-1) ?? null;
        const round = told.flat().filter(({ place }) => edge === null || compare(place, edge) >= 0);
        for (const { place, text } of round.sort((a, b) => compare(b.place, a.place))) {
          const event = parse(text);
          if (isEventWanted(event, query)) found.push({ position: positionOf(place), event });
          if (found.length === query.limit) return found;
        }
        if (edge === null) return found;
        after = edge;
      }
    },
  };
}
