import { conclude, type Decision } from './decision/decision.ts';
import { explainGathered } from './decision/explain.ts';
import { attemptKeyOf, type Gathered, gather } from './decision/gather.ts';
import type { Gathering, Need, Rules, Told } from './decision/needs.ts';
import { type Learnt, overhear, shadowOf } from './decision/shadow.ts';
import { gatherVerification } from './decision/verify.ts';
import type { Latchkey, LatchkeyOptions, PortName } from './engine.ts';
import { LatchkeyError } from './errors.ts';
import { alarm, openGate } from './gate.ts';
import type { Actor } from './operation/actor.ts';
import { operationsBy } from './operation/operations.ts';
import { loadSettings, reviewDocument, saveSettings } from './operation/settings.ts';
import { issue, type OperationContext, type PortCall, type Steps } from './operation/step.ts';
import { resolveOptions } from './options.ts';
import type { RequestInput } from './parse/request.ts';
import type { Lookup, SettingsStore } from './ports.ts';
import { type Batches, decisionQueue, eventOf } from './queue.ts';
import type { Issue, Result } from './result.ts';
import { compilePolicy, type Policy } from './settings/policy.ts';
import { type Standing, standingOf, unreadStanding } from './settings/standing.ts';
import { useLedger } from './use.ts';

/** What one request has learnt of the settings revision so far. */
interface Seen {
  confirmed: boolean;
  found: Lookup | null;
}

/** How often the settings may change under one request before it is refused. */
const maximumPasses = 4;
/** How many tokens' uses, and how many decision events, may wait to be written. */
const capacity = 10_000;
/** How many of them one write takes. */
const batch = 500;
/** How long decision events wait for others to be written with. */
const eventsWaitMs = 1000;

/** How many look-ups for a shadow may be under way; beyond it requests go uncompared. */
const mostAside = 10;

/**
 * Makes an engine from ports. Throws a `LatchkeyError` for a profile, settings, prefix or options that are
 * wrong; afterwards whatever fails becomes an answer, never an exception.
 *
 * @example
 * const engine = createLatchkey({ host: hosts.generic, settings: defaultSettings(hosts.generic),
 *   tokens: memoryStore().tokens, directory, clock: Date.now, random });
 * const decision = await engine.authenticate({ method: 'GET', target: '/api/x', headers, peer: '10.0.0.7' });
 */
export function createLatchkey(options: LatchkeyOptions): Latchkey {
  const { host, tokens, directory, clock, attempts, audit = null, observer } = options;
  const { prefix, digests, lookUpMs, manageMs, maximumWaiting, maximumLive, lastUseIntervalMs } =
    resolveOptions(options);
  const gate = openGate(maximumWaiting);
  const store = 'load' in options.settings ? options.settings : null;
  const ports = { tokens, directory, settings: store, audit };
  const uses = useLedger(lastUseIntervalMs, capacity);
  const events = decisionQueue(audit === null ? [] : (options.auditDecisions ?? []), capacity);
  let standing: Standing | null =
    'load' in options.settings ? null : { policy: compilePolicy(options.settings, host), revision: 0 };
  let closed = false;
  const base = { host, prefix, digests, limited: attempts !== undefined };
  /** Look-ups for a shadow only: they take no turn of the live ones. */
  const aside = openGate(mostAside);
  const shadow =
    options.shadow === undefined ? null : shadowOf(compilePolicy(options.shadow.settings, host), base);

  const observe = (tell: () => void): void => {
    try {
      tell();
    } catch {
      // What an observer throws is its own affair; a decision does not depend on it.
    }
  };

  /** A port's answer within the deadline, or `unavailable`; a late answer is dropped, nothing queues without bound. */
  function asked<T>(
    port: PortName,
    call: () => Promise<T> | T,
    withinMs = lookUpMs,
    through = gate,
  ): Promise<T | 'unavailable'> {
    return new Promise((resolve) => {
      const fail = (): void => {
        if (through === gate) observe(() => observer?.portFailed?.(port));
        resolve('unavailable');
      };
      const finish = through.begin(withinMs, fail);
      if (finish === null) return fail();
      const broken = (): void => (finish() ? fail() : undefined);
      try {
        Promise.resolve(call()).then((answer) => (finish() ? resolve(answer) : undefined), broken);
      } catch {
        broken();
      }
    });
  }

  /** Reads the settings that stand now; `unavailable` leaves the last ones known in place. */
  async function load(from: SettingsStore): Promise<Standing | 'unavailable'> {
    const loaded = await asked('settings', () => from.load());
    if (loaded === 'unavailable') return 'unavailable';
    if (standing?.revision !== (loaded?.revision ?? 0)) standing = standingOf(loaded, host);
    return standing;
  }

  const rulesOf = ({ policy }: Standing): Rules => ({ ...base, policy });

  /** What the ports answer to a need. */
  function answer(need: Exclude<Need, { need: 'record' }>, through = gate): Promise<Told> {
    if (need.need === 'subject') return asked('directory', () => directory.find(need.id), lookUpMs, through);
    const { username, address } = need;
    return attempts === undefined
      ? Promise.resolve('unavailable')
      : asked('attempts', () => attempts.check({ username, address }), lookUpMs, through);
  }

  const assertOpen = (): void => {
    if (closed) throw new LatchkeyError('engine-closed', 'The engine was closed.');
  };

  /** One pass of a gathering; null where a look-up brought another settings revision than the one decided by, if any. */
  async function pass<T>(
    steps: Gathering<T>,
    by: Standing | null,
    seen: Seen,
    through = gate,
  ): Promise<{ readonly gathered: T } | null> {
    let step = steps.next();
    while (!step.done) {
      const need = step.value;
      if (need.need !== 'record') {
        step = steps.next((await answer(need, through)) ?? null);
        continue;
      }
      const found = seen.found ?? (await asked('tokens', () => tokens.find(need.id), lookUpMs, through));
      seen.confirmed = true;
      if (
        found !== 'unavailable' &&
        store !== null &&
        by !== null &&
        found.settingsRevision !== by.revision
      ) {
        seen.found = found;
        return null;
      }
      step = steps.next(found === 'unavailable' ? found : { record: found.record, at: clock() });
    }
    return { gathered: step.value };
  }

  /**
   * Runs a gathering against the ports. Where the settings have changed since they were read, they are read
   * again and the gathering starts over, so that a change holds from the next request on. Spec: ST-1
   */
  async function run<T, R>(
    gathering: (rules: Rules) => Gathering<T>,
    needsSettings: (gathered: T) => boolean,
    conclusion: (gathered: T, policy: Policy | null) => R,
  ): Promise<R> {
    assertOpen();
    const seen: Seen = { confirmed: standing === null || store === null, found: null };
    const first = standing ?? (store === null ? 'unavailable' : await load(store));
    let by = first === 'unavailable' ? unreadStanding : first;
    for (let passes = 0; passes < maximumPasses; passes++) {
      const passed = await pass(gathering(rulesOf(by)), by, seen);
      if (passed !== null && (store === null || seen.confirmed || !needsSettings(passed.gathered)))
        return conclusion(passed.gathered, by.policy);
      // Either the revision has changed, or nothing was looked up that would have told.
      const fresh = store === null ? 'unavailable' : await load(store);
      if (passed !== null && (fresh === 'unavailable' || fresh.revision === by.revision))
        return conclusion(passed.gathered, by.policy);
      if (fresh === 'unavailable') break;
      seen.confirmed = true;
      if (seen.found !== null && seen.found.settingsRevision !== fresh.revision) seen.found = null;
      by = fresh;
    }
    const closed = await pass(gathering(rulesOf(unreadStanding)), unreadStanding, seen);
    if (closed === null) throw new TypeError('Without settings nothing is looked up.');
    return conclusion(closed.gathered, null);
  }

  /** True where the answer depends on settings although no token was looked up. */
  const needsSettings = ({ target, credential }: Gathered): boolean =>
    target.surface !== 'other' && (target.suspicious || credential?.kind === 'presented');

  /** Runs the steps of an operation against the ports, each call within the management deadline. */
  async function operate<T>(steps: Generator<PortCall, T, unknown>): Promise<T> {
    assertOpen();
    let step = steps.next();
    while (!step.done) {
      const call = step.value;
      step = steps.next(await asked('operation', () => call(ports), manageMs));
    }
    return step.value;
  }

  /** Runs an operation by the policy that stands now. */
  async function judged<T>(operation: (context: OperationContext) => Steps<T>): Promise<Result<T, Issue>> {
    assertOpen();
    const by = store === null ? standing : await load(store);
    if (by === null || by === 'unavailable') return issue('unavailable', 'The settings could not be read.');
    if (by.policy === null) return issue('settings-unreadable', 'The settings have to be mended first.');
    const now = clock();
    return operate(
      operation({ policy: by.policy, host, now, random: options.random, prefix, digests, maximumLive }),
    );
  }

  const operations = operationsBy(judged);

  /** Writes what waits, batch by batch; what fails is put back for the next time. */
  async function flush<T>(waiting: Batches<T>, port: PortName, write: (part: readonly T[]) => Promise<void>) {
    for (let part = waiting.take(batch); part.length > 0; part = waiting.take(batch)) {
      const taken = part;
      if ((await asked(port, () => write(taken), manageMs)) === 'unavailable') return waiting.putBack(taken);
    }
  }
  const writeUses = (): Promise<void> => flush(uses, 'tokens', (part) => tokens.touch(part));
  const writeEvents = (): Promise<void> => flush(events, 'audit', async (part) => audit?.append(part));

  let writing: Promise<unknown> = Promise.resolve();
  const useAlarm = alarm(lastUseIntervalMs, () => {
    writing = writing.then(writeUses).then(() => (uses.size > 0 ? useAlarm.arm() : undefined));
  });
  const eventAlarm = alarm(eventsWaitMs, () => {
    writing = writing.then(writeEvents).then(() => (events.size > 0 ? eventAlarm.arm() : undefined));
  });

  /** Notes what a decision leaves behind: the use of a token, and the event where one is asked for. */
  function record(decision: Decision, gathered: Gathered): void {
    if (
      decision.effect === 'allow' &&
      uses.note(decision.principal.tokenId, gathered.judgedAt ?? clock(), gathered.record?.lastUsedAt ?? null)
    )
      useAlarm.arm();
    if (!events.wants(decision)) return;
    if (events.put(eventOf(decision, clock()))) eventAlarm.arm();
    else observe(() => observer?.eventsLost?.(1));
  }

  /** Decides a request by the shadow policy too, after the live answer; nobody waits for it. Spec: IM-2 */
  async function cast(request: RequestInput, decision: Decision, learnt: Learnt): Promise<void> {
    try {
      if (shadow === null) return;
      const seen = { confirmed: true, found: null };
      const passed = await pass(shadow.compare(request, decision, learnt), null, seen, aside);
      const difference = passed?.gathered ?? null;
      if (difference !== null) options.shadow?.report(difference);
    } catch {
      // Neither a shadow nor whoever it reports to may disturb what is live.
    }
  }

  return {
    authenticate: (request) => {
      const learnt: Learnt | null = shadow === null ? null : new Map();
      return run(
        (rules) => (learnt === null ? gather(request, rules) : overhear(gather(request, rules), learnt)),
        needsSettings,
        (gathered, policy) => {
          const decision = conclude(gathered, policy);
          record(decision, gathered);
          // Without live settings there is nothing to compare with.
          if (learnt !== null && policy !== null) void cast(request, decision, learnt);
          return decision;
        },
      );
    },
    explain: (request) => run((rules) => gather(request, rules, true), needsSettings, explainGathered),
    verify: (tokenText) =>
      run(
        (rules) => gatherVerification(tokenText, rules),
        () => false,
        (verification) => verification,
      ),
    async reportPasswordOutcome(request, outcome) {
      if (attempts === undefined) return;
      const by = standing ?? (store === null ? null : await load(store));
      if (by === null || by === 'unavailable') return;
      const key = attemptKeyOf(request, rulesOf(by));
      if (key !== null) await asked('attempts', () => attempts.report(key, outcome));
    },
    tokens: operations.tokens,
    settings: {
      load: (by: Actor) => operate(loadSettings(by, { host, now: clock() })),
      save: (by, document, revision) => operate(saveSettings(by, document, revision, { host, now: clock() })),
      review: (document) => reviewDocument(document, host),
      impact: operations.impact,
    },
    audit: operations.audit,
    async close() {
      closed = true;
      useAlarm.disarm();
      eventAlarm.disarm();
      await writing;
      await Promise.all([writeUses(), writeEvents()]);
    },
  };
}
