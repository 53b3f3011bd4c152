// A process that inserts tokens with their events into a file and prints each id once it is acknowledged, until it is
// killed. It runs the built package, because it runs without the loader of the tests.
import process from 'node:process';
import { openSql, sqlStore } from '@latchkey/store-sql';

const { tokens } = sqlStore({ db: await openSql(`sqlite:${process.argv[2]}`) });
for (let count = 0; ; count++) {
  const id = `w${count}`.padStart(16, '0');
  const record = {
    ...{ id, digest: `${'d'.repeat(42)}A`, keyVersion: null, label: 'w', subject: 'ada', issuedBy: 'ada' },
    ...{ scope: 'read-only', createdAt: count, expiresAt: null, lastUsedAt: null },
    ...{ revokedAt: null, revokedBy: null, replaces: null },
  };
  const origin = { at: count, actor: 'ada', actorTokenId: null, address: null };
  const event = {
    kind: 'token-issued',
    ...origin,
    tokenId: id,
    subject: 'ada',
    scope: 'read-only',
    expiresAt: null,
  };
  if ((await tokens.insert(record, event, { live: 1e6, at: 0 })) === 'inserted')
    process.stdout.write(`${id}\n`);
}
