import { inspect } from 'node:util';
import { DummyDriver, Kysely, MssqlAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openSql, sqlStore } from '../src/index.ts';

describe('connection strings', () => {
  it.each(['', 'latchkey.db', 'http://ada:s3cret@h/d', 's3cret', 'sqlite:', 'sqlite::memory:'])(
    'ST-5 %j is refused with what would be right',
    async (text) => {
      const error: unknown = await openSql(text).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TypeError);
      expect(inspect(error)).not.toContain('s3cret');
      expect(inspect(error)).toMatch(/begins with postgres:\/\/|sqlite:latchkey.db/);
    },
  );

  it.each(['postgres://ada:s3cret@h:port/d', 'mysql://ada:s3cret@[h/d', 'mariadb://ada:s3cret@h:99999/d'])(
    'ST-5 one that cannot be read is not repeated (%#)',
    async (text) => {
      const error: unknown = await openSql(text).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TypeError);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
    },
  );

  it('ST-5 a dialect that the store cannot work with is refused', () => {
    const db = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new MssqlAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (instance) => new SqliteIntrospector(instance),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
    expect(() => sqlStore({ db })).toThrow(TypeError);
  });
});
