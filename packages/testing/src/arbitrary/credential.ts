import type { SubjectId } from '@latchkey/core';
import fc from 'fast-check';
import { tokenText } from './token.ts';

/** A token text that exists in the world, with its owner. */
export interface KnownToken {
  readonly text: string;
  readonly subject: SubjectId;
  /** The numbers the text was composed from. */
  readonly id: number;
}

/** What a generated credential may refer to. */
export interface CredentialPool {
  readonly known: readonly KnownToken[];
  readonly subjects: readonly SubjectId[];
  readonly prefix: string;
  readonly tokenHeader: string | null;
}

/** Header lines in order of arrival. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

interface Secret {
  readonly text: string;
  readonly subject: SubjectId | null;
}

const PASSWORDS = ['hunter2', 'pass:with:colons', 'pässwörd', '', ' lead', 'trail ', '日本', 'aGVsbG8='];

/** The lines that carry a credential: a right one often, and every way to get it wrong. Spec: CR. */
export function credential(pool: CredentialPool): fc.Arbitrary<HeaderLines> {
  const secret = secretFrom(pool);
  const authorization = fc.oneof(
    { weight: 12, arbitrary: secret.chain((given) => basic(given, pool)) },
    { weight: 6, arbitrary: secret.chain(bearer) },
    { weight: 1, arbitrary: foreign },
    { weight: 1, arbitrary: malformed },
  );
  const lines = authorization.map((value): HeaderLines => [['Authorization', value]]);
  const two = fc.tuple(authorization, fc.option(authorization, { nil: null })).map(
    ([first, second]): HeaderLines => [
      ['authorization', first],
      ['Authorization', second ?? first],
    ],
  );
  const choices = [
    { weight: 30, arbitrary: lines },
    { weight: 2, arbitrary: fc.constant<HeaderLines>([]) },
    { weight: 1, arbitrary: two },
  ];
  const name = pool.tokenHeader;
  if (name === null) return fc.oneof(...choices);
  const header = secret.map((given): HeaderLines => [[name.toLowerCase(), given.text]]);
  return fc.oneof(
    ...choices,
    { weight: 12, arbitrary: header },
    { weight: 1, arbitrary: fc.tuple(header, lines).map(([first, second]) => [...first, ...second]) },
    { weight: 1, arbitrary: fc.tuple(header, header).map(([first, second]) => [...first, ...second]) },
  );
}

function secretFrom({ known, prefix }: CredentialPool): fc.Arbitrary<Secret> {
  const unowned = (texts: fc.Arbitrary<string>): fc.Arbitrary<Secret> =>
    texts.map((text) => ({ text, subject: null }));
  const strange = fc.oneof(
    fc.nat(9).map((seed) => tokenText(1_000 + seed, seed, prefix)),
    fc.nat(9).map((seed) => tokenText(1_000 + seed, seed, prefix === 'lk' ? 'ab1' : 'lk')),
    fc.constantFrom(...PASSWORDS),
    fc.constantFrom(...PASSWORDS),
  );
  if (known.length === 0) return unowned(strange);
  const token = fc.constantFrom(...known);
  return fc.oneof(
    { weight: 16, arbitrary: token },
    { weight: 2, arbitrary: token.map((given) => ({ ...given, text: tokenText(given.id, 5_000, prefix) })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(token, fc.nat(68))
        .map(([given, at]) => ({ ...given, text: damaged(given.text, at) })),
    },
    { weight: 1, arbitrary: token.map((given) => ({ ...given, text: given.text.slice(0, -1) })) },
    { weight: 5, arbitrary: unowned(strange) },
  );
}

/** The text with one character changed, which the checksum notices. */
function damaged(text: string, at: number): string {
  const other = text.charAt(at) === 'x' ? 'y' : 'x';
  return text.slice(0, at) + other + text.slice(at + 1);
}

function basic(secret: Secret, { subjects }: CredentialPool): fc.Arbitrary<string> {
  const owner = secret.subject ?? 'ada';
  const username = fc.oneof(
    { weight: 12, arbitrary: fc.constant(owner) },
    { weight: 1, arbitrary: fc.constantFrom('', owner.toUpperCase(), `${owner} `, `\u00a0${owner}`) },
    { weight: 1, arbitrary: fc.constantFrom(...subjects, 'nobody') },
  );
  return fc
    .tuple(username, schemeOf('Basic'))
    .map(([name, scheme]) => `${scheme}${base64(`${name}:${secret.text}`)}`);
}

function bearer(secret: Secret): fc.Arbitrary<string> {
  return schemeOf('Bearer').map((scheme) => scheme + secret.text);
}

function schemeOf(scheme: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(`${scheme} `) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(`${scheme.toUpperCase()} `, `${scheme.toLowerCase()}   `, ` \t${scheme} `),
    },
  );
}

const foreign = fc.constantFrom(
  'Negotiate YIIJvwYGKwYBBQ==',
  'Digest username="ada", realm="host"',
  'OAuth oauth_token="abc"',
  'NTLM TlRMTVNTUAAB',
  'hunter2',
  'Basics YTpi',
  tokenText(1, 1, 'lk'),
);

const malformed = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' \t', 'Basic', 'basic ', 'Bearer', 'Bearer  ', 'Basic:x', 'Bearer=a b'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Basic YTpi=',
      'Basic YTp',
      'Basic YTo9=',
      'Basic YTpj\u00a0',
      'Basic YTp iYw==',
      'Basic\tYTpi',
      'Basic\u00a0YTpi',
      'Basic YWRh',
      // The last digit carries bits that no byte holds.
      'Basic YTpiYz==',
      'Basic YTpiYy-_',
      'Basic /zpi',
      'Basic wK86Yg==',
      'Basic 7aCAOmI=',
      'Basic YQA6Yg==',
      'Basic YTpif38=',
      'Basic YTpi\u0100',
      'Bearer a b',
      'Bearer a=b',
      'Bearer pässwort',
      'Bearer \u0001',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(8191, 8192, 8193, 9000).map((length) => `Bearer ${'a'.repeat(length - 7)}`),
  },
);

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
