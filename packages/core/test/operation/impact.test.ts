import { describe, expect, it } from 'vitest';
import {
  compileDigests,
  compilePolicy,
  hosts,
  type Subject,
  type TokenQuery,
  type TokenRecord,
} from '../../src/index.ts';
import { type ImpactRequest, impactOfDocument } from '../../src/operation/impact.ts';
import type { OperationContext, OperationPorts, PortCall } from '../../src/operation/step.ts';
import { basic, bearer, bytes, now, request, settingsOf, storeThatFinds, token, users } from '../world.ts';

const root: Subject = { id: 'root', active: true, administrator: true, groups: ['ops'] };
const directory = [...users, root];
const plain = settingsOf(hosts.jira, {});
const context: OperationContext = {
  policy: compilePolicy(plain, hosts.jira),
  host: hosts.jira,
  now,
  random: bytes,
  prefix: 'lk',
  digests: compileDigests({}),
  maximumLive: 100,
};

/** Ports over plain lists that write down what they were asked. */
function portsOf(records: readonly TokenRecord[], isDown: 'list' | 'find' | null = null) {
  const asked = { pages: [] as TokenQuery[], subjects: [] as string[] };
  const listed = [...records].sort(
    (left, right) => right.createdAt - left.createdAt || (left.id < right.id ? 1 : -1),
  );
  const ports: OperationPorts = {
    tokens: {
      ...storeThatFinds(async () => ({ record: null, settingsRevision: 0 })),
      async list(query) {
        if (isDown === 'list') throw new Error('down');
        asked.pages.push(query);
        const start = query.after === null ? 0 : listed.findIndex(({ id }) => id === query.after?.id) + 1;
        return listed.slice(start, start + query.limit);
      },
    },
    directory: {
      async find(id) {
        asked.subjects.push(id);
        if (isDown === 'find' && id !== 'root') throw new Error('down');
        const found = directory.find((user) => user.id === id.toLowerCase());
        return found ?? null;
      },
    },
    settings: null,
    audit: null,
  };
  return { asked, ports };
}

async function answerTo(made: PortCall, ports: OperationPorts): Promise<unknown> {
  try {
    return await made(ports);
  } catch {
    return 'unavailable';
  }
}

/** Runs the steps as the engine does: a call that fails is told as unavailable. */
async function ask(by: string, document: unknown, given: ImpactRequest = {}, { ports } = portsOf([])) {
  const steps = impactOfDocument({ subject: by }, document, given, context);
  let step = steps.next();
  while (!step.done) step = steps.next(await answerTo(step.value, ports));
  const told = step.value;
  if (!told.ok) return { refused: told.problem.code };
  return told.value.ok ? { impact: told.value.value } : { issues: told.value.problem };
}

const usedByOps = settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups: ['ops'] } } });

describe('settings.impact', () => {
  it('IM-1 is for active administrators only', async () => {
    for (const by of ['ada', 'eve', 'nobody']) {
      const { asked, ports } = portsOf([token().record]);
      expect(await ask(by, usedByOps, {}, { asked, ports })).toEqual({ refused: 'not-permitted' });
      expect(asked.pages).toEqual([]);
    }
  });
  it('IM-1 answers every issue of a document that is no settings, before anything is listed', async () => {
    const world = portsOf([token().record]);
    const document = {
      ...plain,
      hostTokens: 'perhaps',
      network: { ...plain.network, allow: ['10.0.0.1/8'] },
    };
    const { issues } = await ask('root', document, {}, world);
    expect(issues?.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['host-bits-set', 'network.allow.0'],
      ['not-an-option', 'hostTokens'],
    ]);
    expect(world.asked.pages).toEqual([]);
  });
  it('IM-1 judges every token of the store, in bounded pages, and looks each subject up once', async () => {
    const owners = ['ada', 'bob', 'root', ...Array.from({ length: 30 }, (_, index) => `gone-${index}`)];
    const records = Array.from({ length: 1000 }, (_, index) => {
      const id = String(index).padStart(16, '0');
      return {
        ...token().record,
        id,
        subject: owners[index % owners.length] as string,
        createdAt: now - (index >> 2),
      };
    });
    const world = portsOf(records);
    const { impact } = await ask('root', usedByOps, {}, world);
    expect(world.asked.pages.map(({ limit }) => limit)).toEqual([500, 500, 500]);
    expect([...world.asked.subjects].sort()).toEqual([...owners].sort());
    const stopped = records.filter(({ subject }) => subject === 'ada' || subject === 'bob');
    expect(impact?.tokens.stop.map(({ id }) => id)).toEqual(stopped.map(({ id }) => id));
    expect(impact?.grants.use).toEqual({ gain: [], lose: ['ada', 'bob'] });
  });
  it('IM-1 takes users that are given as they stand', async () => {
    const world = portsOf([token().record, token({ subject: 'bob' }).record]);
    const given = { users: [{ id: 'ada', active: true, administrator: false, groups: ['ops'] }] };
    const { impact } = await ask('root', usedByOps, given, world);
    expect(world.asked.subjects).toEqual(['root', 'bob']);
    expect(impact?.tokens.stop.map(({ subject }) => subject)).toEqual(['bob']);
  });
  it('IM-1 goes by the name in the record where the directory writes it otherwise', async () => {
    const { impact } = await ask('root', usedByOps, {}, portsOf([token({ subject: 'Ada' }).record]));
    expect(impact?.tokens.stop).toMatchObject([
      { subject: 'Ada', before: { token: 'live' }, after: { token: 'use-not-granted' } },
    ]);
  });
  it('IM-1 replays requests against the tokens of the store, and tells whether the administrator is locked out', async () => {
    const live = token({ subject: 'root' });
    const given = {
      requests: [request({ headers: [bearer(live.text)] })],
      request: request({ headers: [basic('root', 'hunter2')] }),
    };
    const after = settingsOf(hosts.jira, {
      network: { allow: ['192.0.2.1'], appliesTo: 'all-credentials' },
    });
    const { impact } = await ask('root', after, given, portsOf([live.record]));
    expect(impact?.requests).toMatchObject([
      { before: { row: 'accepted' }, after: { row: 'address-refused-closed' } },
    ]);
    expect(impact?.locksOutActor).toBe(true);
    expect(impact?.actor?.subject).toBe('root');
    expect((await ask('root', after)).impact?.locksOutActor).toBeNull();
  });
  it('ST-5 a port that fails makes it unavailable, never a smaller impact', async () => {
    const records = [token().record];
    expect(await ask('root', usedByOps, {}, portsOf(records, 'list'))).toEqual({ refused: 'unavailable' });
    expect(await ask('root', usedByOps, {}, portsOf(records, 'find'))).toEqual({ refused: 'unavailable' });
  });
});
