import {
  createLatchkey,
  defaultSettings,
  type HostProfile,
  hosts,
  type Latchkey,
  type LatchkeyOptions,
  type Settings,
  type Subject,
} from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { countedRandom, fixedClock } from '@latchkey/testing';
import {
  type Handler,
  type ManagementOptions,
  managementApi,
  type RequestContext,
  type SessionOf,
} from '../src/index.ts';
import { type Client, clientOf, type Document } from './client.ts';

/** When every test begins. */
export const start = Date.UTC(2026, 0, 31, 12);

/** Who there is: an administrator, an issuer on behalf, three users, an inactive one. */
export const users: readonly Subject[] = [
  { id: 'root', active: true, administrator: true, groups: ['staff'] },
  { id: 'issuer', active: true, administrator: false, groups: ['administrators'] },
  { id: 'ada', active: true, administrator: false, groups: ['dev'] },
  { id: 'bob', active: true, administrator: false, groups: [] },
  { id: '__proto__', active: true, administrator: false, groups: [] },
  { id: 'eve', active: false, administrator: false, groups: ['dev'] },
];

/** Where clients of the tests call from. */
export const peer = '192.0.2.7';

/** What a test may want otherwise. */
export interface StageOptions {
  readonly settings?: (settings: Settings) => Settings;
  readonly engine?: Partial<LatchkeyOptions>;
  readonly api?: Partial<ManagementOptions>;
  readonly context?: RequestContext;
}

/** A host that knows a session by the name it gives itself. */
export const session: SessionOf = (request) => {
  const subject = request.headers.get('x-session');
  return subject === null ? null : { subject };
};

/** An engine over a memory store, the API over it, and a client generated from the document that the API serves. */
export async function stage({
  settings: change,
  engine: given = {},
  api: wanted = {},
  context,
}: StageOptions = {}) {
  const host: HostProfile = given.host ?? hosts.generic;
  const store = memoryStore();
  const clock = fixedClock(start);
  const directory = { find: async (id: string) => users.find((user) => user.id === id) ?? null };
  const options: LatchkeyOptions = {
    host,
    tokens: store.tokens,
    settings: store.settings,
    audit: store.audit,
    directory,
    clock,
    random: countedRandom(7),
    ...given,
  };
  if (change !== undefined) await store.settings.save(change(defaultSettings(host)), 0);
  const engine = createLatchkey(options);
  const errors: unknown[] = [];
  const handler = managementApi({
    ...options,
    engine,
    session,
    onError: (error) => errors.push(error),
    ...wanted,
  });
  const seen: { readonly request: Request; readonly response: Response; readonly text: string }[] = [];
  const send = async (request: Request): Promise<Response> => {
    const response = await handler(request, context ?? { peer });
    seen.push({ request, response, text: await response.clone().text() });
    return response;
  };
  const document = await documentOf(handler, wanted.base ?? baseOf(host));
  const client: Client = clientOf(document, send);
  return { engine, store, clock, host, options, handler, document, send, seen, errors, ...client };
}

/** Making the document takes its time, and it is the same for every stage at one place. */
const documents = new Map<string, Document>();

async function documentOf(handler: Handler, base: string): Promise<Document> {
  const known = documents.get(base);
  if (known !== undefined) return known;
  const served = await handler(new Request(`http://api.example${base}/openapi.json`));
  const document = (await served.json()) as Document;
  documents.set(base, document);
  return document;
}

/** Where the API of a host is. */
export const baseOf = (host: HostProfile): string => host.contextPath + host.mountPath;

/** The headers of a session that a program, not a browser, uses. */
export const as = (subject: string): Readonly<Record<string, string>> => ({
  'X-Session': subject,
  'X-Latchkey-Request': '1',
});

/** The header of a token. */
export const bearer = (text: string): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${text}`,
});

/** A token that core issues to somebody, in no need of the API. */
export async function tokenOf(
  engine: Latchkey,
  subject: string,
  scope: 'read-only' | 'read-write' = 'read-write',
): Promise<{ readonly id: string; readonly text: string }> {
  const issued = await engine.tokens.issue({ subject }, { label: `of ${subject}`, scope });
  if (!issued.ok) throw new Error(issued.problem.code);
  return { id: issued.value.token.id, text: issued.value.text };
}
