import { describe, expect, test } from 'vitest';
import { userDirectory } from '../../src/serve/directory.ts';
import { hashPassword } from '../../src/serve/passwords.ts';
import { parseUsers, type User } from '../../src/serve/users.ts';

const passwordHash = await hashPassword('sesame');

const usersIn = (document: unknown): readonly User[] => {
  const parsed = parseUsers(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
};
const problemsIn = (document: unknown): string[] => {
  const parsed = parseUsers(document);
  return parsed.ok ? [] : parsed.problem.map(({ code, path }) => `${path.join('.')} ${code}`);
};

describe('the users file', () => {
  test('CO-1 absent parts are the harmless ones', () => {
    expect(usersIn([{ name: 'ada', passwordHash }])).toMatchObject([
      { name: 'ada', groups: [], active: true, administrator: false },
    ]);
  });

  test.each([
    [null, [' wrong-type']],
    [{}, [' wrong-type']],
    [[], [' wrong-type']],
    [
      [null, []],
      ['0 wrong-type', '1 wrong-type'],
    ],
    [[{}], ['0.name name-malformed', '0.passwordHash password-hash-malformed']],
    [[{ name: '', passwordHash }], ['0.name name-malformed']],
    [[{ name: 'a'.repeat(256), passwordHash }], ['0.name name-malformed']],
    [[{ name: 'a\u0007', passwordHash }], ['0.name name-malformed']],
    [
      [{ name: 'ada', passwordHash, active: 1, administrator: null }],
      ['0.active wrong-type', '0.administrator wrong-type'],
    ],
    [[{ name: 'ada', passwordHash, groups: 'all' }], ['0.groups wrong-type']],
    [[{ name: 'ada', passwordHash, groups: ['', 'x'] }], ['0.groups.0 group-malformed']],
    [
      [{ name: 'ada', password: 'sesame' }],
      ['0.password unknown-key', '0.passwordHash password-hash-malformed'],
    ],
    [
      JSON.parse(`[{"name":"ada","passwordHash":"${passwordHash}","__proto__":{}}]`),
      ['0.__proto__ unknown-key'],
    ],
  ])('CO-1 every mistake in %j is reported with its path', (document, problems) => {
    expect(problemsIn(document)).toEqual(problems);
  });

  test('CO-1 a name occurs once', () => {
    expect(problemsIn(['ada', 'eve', 'ada'].map((name) => ({ name, passwordHash })))).toEqual([
      '2.name duplicate',
    ]);
  });
});

describe('the directory', () => {
  const directory = userDirectory(
    usersIn([
      { name: 'ada', passwordHash, groups: ['developers'] },
      { name: 'ida', passwordHash, active: false },
      { name: '__proto__', passwordHash },
    ]),
  );

  test('CO-1 it finds users by their exact name, whatever the name', async () => {
    expect(await directory.find('ada')).toEqual({
      id: 'ada',
      active: true,
      administrator: false,
      groups: ['developers'],
    });
    expect(await directory.find('__proto__')).toMatchObject({ id: '__proto__', active: true });
    for (const name of ['Ada', 'constructor', 'toString', '']) expect(await directory.find(name)).toBeNull();
  });

  test('CO-1 what it gives away can be changed without changing a user', async () => {
    const found = await directory.find('ada');
    (found?.groups as string[] | undefined)?.push('administrators');
    expect((await directory.find('ada'))?.groups).toEqual(['developers']);
  });

  test('CO-1 only an active user with the right password may log in', async () => {
    expect(await directory.login('ada', 'sesame')).toMatchObject({ id: 'ada' });
    expect(await directory.login('ada', 'sesam')).toBeNull();
    expect(await directory.login('ida', 'sesame')).toBeNull();
    expect(await directory.login('nobody', 'sesame')).toBeNull();
  });

  test('CO-1 a name that does not exist costs the work of one that does', async () => {
    const timed = async (name: string): Promise<number> => {
      const from = process.hrtime.bigint();
      await directory.login(name, 'wrong');
      return Number(process.hrtime.bigint() - from);
    };
    const fastest = async (name: string): Promise<number> =>
      Math.min(await timed(name), await timed(name), await timed(name));
    const [known, unknown] = [await fastest('ada'), await fastest('nobody')];
    expect(unknown).toBeGreaterThan(known / 3);
  });
});
