import type { TokenRecord } from '@latchkey/core';
import { openSql, sqlStore } from '@latchkey/store-sql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/serve/store.ts';
import { engines, inPostgres } from './engine.ts';
import { type Pair, pairedEngines } from './pair.ts';
import {
  actor,
  asks,
  closedSettings,
  engineOver,
  issued,
  type Ports,
  patientMs,
  revoked,
  wordsOf,
} from './stage.ts';

/** Every write that the ports have, by a record that is there. */
const writes = ({ tokens, settings, audit }: Ports, record: TokenRecord): Promise<unknown>[] => {
  const event = {
    ...({ kind: 'token-revoked', at: 5, actor: 'root', actorTokenId: null, address: null } as const),
    ...{ tokenId: record.id, subject: record.subject },
  };
  const other = { ...record, id: 'A'.repeat(16) };
  const room = { live: 9, at: 0 };
  return [
    tokens.insert(other, event, room),
    tokens.replace(
      { id: record.id, expectedEnd: record.expiresAt, endsAt: 9 },
      { ...other, replaces: record.id },
      event,
      room,
    ),
    tokens.revoke(record.id, 5, 'root', event),
    tokens.relabel(record.id, 'Other', event),
    tokens.touch([{ id: record.id, at: Date.now() + 86_400_000 }]),
    settings.save(closedSettings, 0, event),
    audit.append([event]),
  ];
};

/** That look-ups go on over a store that cannot be written, and that every write says why it does not. */
async function expectReadOnly(
  url: string,
  texts: { readonly live: string; readonly gone: string },
  id: string,
) {
  const db = await openSql(url, { connectMs: 10_000, statementMs: 10_000 });
  try {
    const ports = sqlStore({ db });
    const engine = engineOver(ports, { deadlines: { lookUpMs: patientMs, manageMs: patientMs } });
    for (const scheme of ['Bearer', 'Basic'] as const)
      expect(wordsOf(await engine.authenticate(asks(texts.live, scheme)))).toBe('allow accepted');
    expect((await engine.authenticate(asks(texts.gone))).reason).toBe('token-revoked');
    const list = await engine.tokens.list(actor('ada'), { limit: 10 });
    expect(list.ok && list.value.tokens.length).toBe(2);
    for (const refusal of [
      await engine.tokens.issue(actor('ada'), { label: 'none' }),
      await engine.tokens.revoke(actor('ada'), id),
      await engine.tokens.rotate(actor('ada'), id),
    ])
      expect(refusal).toMatchObject({ ok: false, problem: { code: 'unavailable' } });

    const { record } = await ports.tokens.find(id);
    if (record === null) return expect.unreachable('The token is not there.');
    for (const outcome of await Promise.allSettled(writes(ports, record)))
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: {
          name: 'StoreError',
          kind: 'read-only',
          message: expect.stringContaining('takes no writes'),
        },
      });
    // What could not be written changes no answer, and neither does closing with last uses unwritten.
    expect(wordsOf(await engine.authenticate(asks(texts.live)))).toBe('allow accepted');
    await engine.close();
  } finally {
    await db.destroy();
  }
}

describe.each(pairedEngines)('a replica of $name', ({ start }) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await start();
  }, 60_000);
  afterAll(() => pair.stop(), 60_000);

  it('ST-5 answers look-ups, refuses writes with the reason, and learns of a revocation', async () => {
    const store = await openStore(pair.primaryUrl);
    const engine = engineOver(store, { deadlines: { lookUpMs: patientMs } });
    const [live, gone] = [await issued(engine), await revoked(engine)];
    const db = await openSql(pair.replicaUrl);
    const { tokens } = sqlStore({ db });
    const revokedAt = async (id: string) => (await tokens.find(id).catch(() => null))?.record?.revokedAt;
    await expect.poll(() => revokedAt(gone.token.id), { timeout: 20_000 }).toBeGreaterThan(0);
    await expectReadOnly(pair.replicaUrl, { live: live.text, gone: gone.text }, live.token.id);
    expect(await engine.tokens.revoke(actor('ada'), live.token.id)).toMatchObject({ ok: true });
    await expect.poll(() => revokedAt(live.token.id), { timeout: 20_000 }).toBeGreaterThan(0);
    await db.destroy();

    // The reference server counts failed logins in the database, so it does not start on one that it cannot write.
    await expect(openStore(pair.replicaUrl)).rejects.toThrow(/takes no writes|failed logins/);
    await engine.close();
    await store.close();
  });
});

describe('a PostgreSQL that is set to read-only', () => {
  it('ST-5 answers look-ups, and refuses writes with the reason', async () => {
    const url = (await engines.find(({ name }) => name === 'PostgreSQL')?.place()) ?? '';
    const store = await openStore(url);
    const engine = engineOver(store, { deadlines: { lookUpMs: patientMs } });
    const [live, gone] = [await issued(engine), await revoked(engine)];
    await engine.close();
    await store.close();
    const database = new URL(url).pathname.slice(1);
    await inPostgres(url, `alter database ${database} set default_transaction_read_only = on`);
    await expectReadOnly(url, { live: live.text, gone: gone.text }, live.token.id);
    await expect(openStore(url)).rejects.toThrow(/takes no writes|failed logins/);
  });
});
