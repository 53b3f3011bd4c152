import type { HostProfile, Latchkey } from '@latchkey/core';
import { aligned, printable } from '../output/text.ts';
import { apiBase } from './site.ts';
import type { StarterTokens, StarterUser } from './starter.ts';

/** One line to paste, with what it will answer. */
export interface CurlLine {
  readonly title: string;
  readonly command: string;
  readonly status: number;
  readonly effect: 'allow' | 'deny' | 'defer';
  readonly row: string;
}

/** What the lines are about: a server, its tokens and, where it is known, the password of their user. */
export interface Stage {
  readonly host: HostProfile;
  readonly url: string;
  readonly peer: string;
  /** Where things are kept, in words. */
  readonly place: string;
  readonly tokens: StarterTokens;
  /** Null where only the user knows it: curl then asks. */
  readonly password: string | null;
}

/** A request as curl will send it. */
interface Shot {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  /** The credential, and the option that makes curl send it. */
  readonly sends: { readonly option: string; readonly authorization: string } | null;
  /** What the host answers to a request that is deferred to it. */
  readonly hostStatus: number;
}

/** Text as one word of a POSIX shell. */
const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const basic = (name: string, secret: string) => ({
  option: `-u ${word(`${name}:${secret}`)}`,
  authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
});
const bearer = (token: string) => ({
  option: `-H ${word(`Authorization: Bearer ${token}`)}`,
  authorization: `Bearer ${token}`,
});
const prompted = (name: string) => ({ ...basic(name, 'as typed'), option: `-u ${word(name)}` });

function shots({ tokens, password }: Stage): readonly Shot[] {
  const { subject, readOnly, readWrite, stranger } = tokens;
  return [
    {
      title: 'reads with the read-only token',
      method: 'GET',
      sends: basic(subject, readOnly),
      hostStatus: 401,
    },
    {
      title: 'writes with the read-only token',
      method: 'POST',
      sends: basic(subject, readOnly),
      hostStatus: 401,
    },
    { title: 'writes with the read-write token', method: 'POST', sends: bearer(readWrite), hostStatus: 401 },
    {
      title: 'reads with a token that nobody issued',
      method: 'GET',
      sends: bearer(stranger),
      hostStatus: 401,
    },
    {
      title: `reads with the password of ${subject}${password === null ? ', for which curl asks' : ''}`,
      method: 'GET',
      sends: password === null ? prompted(subject) : basic(subject, password),
      hostStatus: 200,
    },
    {
      title: 'reads with a wrong password',
      method: 'GET',
      sends: basic(subject, 'not-the-password'),
      hostStatus: 401,
    },
    { title: 'reads without a credential', method: 'GET', sends: null, hostStatus: 401 },
  ];
}

/** The lines to paste; what each will answer is found by asking the engine, not promised. Spec: CO-1, DE-4 */
export async function curlLines(
  stage: Stage,
  engine: Pick<Latchkey, 'explain'>,
): Promise<readonly CurlLine[]> {
  const target = `${apiBase(stage.host)}notes`;
  return Promise.all(
    shots(stage).map(async ({ title, method, sends, hostStatus }) => {
      const headers = sends === null ? [] : [['Authorization', sends.authorization] as const];
      const { decision } = await engine.explain({ method, target, headers, peer: stage.peer });
      const body =
        method === 'GET'
          ? []
          : ['-H', word('Content-Type: application/json'), '-d', word('{"text":"Hello"}')];
      const command = [
        'curl',
        '-i',
        ...(sends === null ? [] : [sends.option]),
        ...body,
        word(stage.url + target),
      ].join(' ');
      return {
        title,
        command,
        status: statusOf(decision, method, hostStatus),
        effect: decision.effect,
        row: decision.row,
      };
    }),
  );
}

type Decided = Awaited<ReturnType<Latchkey['explain']>>['decision'];

function statusOf(decision: Decided, method: Shot['method'], hostStatus: number): number {
  switch (decision.effect) {
    case 'allow':
      return method === 'GET' ? 200 : 201;
    case 'deny':
      return decision.status;
    case 'defer':
      return hostStatus;
  }
}

/** What the server says once it listens. `made` are the users whose passwords exist nowhere else. */
export function bannerText(stage: Stage, made: readonly StarterUser[], lines: readonly CurlLine[]): string {
  const { host, url, tokens } = stage;
  const users = made.map(({ user, password }) => [
    user.name,
    password,
    user.administrator ? 'administrator' : 'user',
    `in ${user.groups.join(', ')}`,
  ]);
  return [
    `Listening on ${url}/ as a ${host.name} host; Ctrl+C stops it.`,
    printable(stage.place),
    `The management API is below ${url}${host.contextPath}${host.mountPath} (openapi.json describes it).`,
    ...(users.length === 0
      ? []
      : ['', 'Users, with passwords that are shown only now:', aligned(users, '  ').trimEnd()]),
    '',
    `Tokens of ${printable(tokens.subject)}, shown only now:`,
    aligned(
      [
        ['read-only', tokens.readOnly],
        ['read-write', tokens.readWrite],
      ],
      '  ',
    ).trimEnd(),
    '',
    'Lines to paste, each with what it answers:',
    ...lines.flatMap(({ title, command, status, effect, row }) => [
      '',
      `  ${printable(title)}: ${status} (${effect}, ${row})`,
      `  ${command}`,
    ]),
    '',
    '',
  ].join('\n');
}
