import { sql } from 'kysely';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { startProxy } from '../../../tools/services/proxy.mjs';
import { mariadb, newPlace, openStore, postgres, removePlaces } from './engine.ts';
import { recordOf } from './sample.ts';

afterEach(removePlaces);

const servers = [
  { engine: postgres(), serverUrl: () => inject('postgresUrl') },
  { engine: mariadb(), serverUrl: () => inject('mariadbUrl') },
];

describe.each(servers)('a transaction in $engine.name', ({ engine, serverUrl }) => {
  it('ST-5 whose reply is swallowed ends in time, and its connection is used no more', async () => {
    const { url } = await newPlace(engine);
    const direct = await openStore(url);
    const proxy = await startProxy({ port: Number(new URL(serverUrl()).port) });
    const proxied = Object.assign(new URL(url), { port: proxy.port }).href;
    const store = await openStore(proxied, { connections: 1, connectMs: 300, statementMs: 300 });
    const begun = await direct.db.connection().execute(async (other) => {
      await sql`begin`.execute(other);
      await sql`update latchkey_locks set taken = taken`.execute(other);
      const inserted = store.tokens.insert(recordOf('1'), null, { live: 5, at: 0 });
      const failed = expect(inserted).rejects.toMatchObject({ name: 'StoreError', retryable: true });
      // Somewhere within the transaction, waiting for the other one.
      while (!store.watch.statements.some((text) => text.includes('latchkey_locks')))
        await new Promise((resolve) => setTimeout(resolve, 1));
      proxy.fault({ drop: true });
      const at = performance.now();
      await failed;
      await sql`rollback`.execute(other);
      return at;
    });
    // 800 ms where the machine is idle; without end where undoing it waits behind the reply.
    expect(performance.now() - begun).toBeLessThan(8000);
    proxy.fault({});
    expect(await store.tokens.insert(recordOf('2'), null, { live: 5, at: 0 })).toBe('inserted');
    await store.close();
    await direct.close();
    await proxy.stop();
  });
});
