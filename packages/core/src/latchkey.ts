import { conclude, type Decision } from './decision/decision.ts';
import { attemptKeyOf, type Gathered, gather } from './decision/gather.ts';
import type { Gathering, Rules } from './decision/needs.ts';
import { type Learnt, overhear, type Shadow, shadowOf } from './decision/shadow.ts';
import type { Latchkey, LatchkeyOptions, PortName } from './engine.ts';
import { LatchkeyError } from './errors.ts';
import { alarm, type Gate, openGate, quietly } from './gate.ts';
import type { Actor } from './operation/actor.ts';
import { operationsBy } from './operation/operations.ts';
import { loadSettings, reviewDocument, saveSettings } from './operation/settings.ts';
import { issue, type OperationContext, type PortCall, type Steps } from './operation/step.ts';
import { resolveOptions } from './options.ts';
import type { RequestInput } from './parse/request.ts';
import { type Ask, type Passed, passes } from './pass.ts';
import type { AuditLog, SettingsStore } from './ports.ts';
import {
  type Asked,
  explanation,
  type Learned,
  needsSettings,
  type Question,
  type Seen,
  verification,
} from './question.ts';
import { type Batches, decisionQueue, eventOf } from './queue.ts';
import type { Issue, Result } from './result.ts';
import { compilePolicy, type Policy } from './settings/policy.ts';
import { type Standing, standingOf, unreadStanding } from './settings/standing.ts';
import type { EpochMs, TokenRecord } from './token/record.ts';
import { useLedger } from './use.ts';

/** What stands, as what requests are judged by. */
type Ready = Rules & Standing;

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
  const store = 'load' in options.settings ? options.settings : null;
  const ports = { tokens, directory, settings: store, audit };
  const uses = useLedger(lastUseIntervalMs, capacity);
  const events = decisionQueue(audit === null ? [] : (options.auditDecisions ?? []), capacity);
  const base = { host, prefix, digests, limited: attempts !== undefined };
  const unread: Ready = { ...base, ...unreadStanding };
  let standing: Ready | null =
    'load' in options.settings
      ? null
      : { ...base, policy: compilePolicy(options.settings, host), revision: 0 };
  let closed = false;
  const shadow =
    options.shadow === undefined ? null : shadowOf(compilePolicy(options.shadow.settings, host), base);

  const failed = (port: PortName): void => quietly(() => observer?.portFailed?.(port));
  const gate = openGate(maximumWaiting, failed);
  /** Look-ups for a shadow only: they take no turn of the live ones, and nobody hears of them. */
  const aside = openGate(mostAside);

  /** Tells what a port answers, by a callback: a promise more for each look-up would cost more than the look-up. */
  function ask<T>(
    port: PortName,
    call: () => Promise<T> | T,
    told: (answer: T | 'unavailable') => void,
    withinMs: number,
    through: Gate,
  ) {
    const under = through.begin(port, withinMs, told);
    if (under === null) return;
    try {
      Promise.resolve(call()).then(
        (answer) => under.answer(answer),
        () => under.fail(),
      );
    } catch {
      under.fail();
    }
  }

  const told = <T>(port: PortName, call: () => Promise<T> | T, withinMs = lookUpMs) =>
    new Promise<T | 'unavailable'>((resolve) => ask(port, call, resolve, withinMs, gate));

  /**
   * Reads the settings that stand now; `unavailable` leaves the last ones known in place. Fixed settings stand from
   * the beginning and no look-up brings news of them, so nobody asks for them here.
   */
  async function load(): Promise<Ready | 'unavailable'> {
    const loaded = await told('settings', () => (store as SettingsStore).load());
    if (loaded === 'unavailable') return 'unavailable';
    if (standing?.revision !== (loaded?.revision ?? 0)) standing = { ...base, ...standingOf(loaded, host) };
    return standing;
  }

  const assertOpen = (): void => {
    if (closed) throw new LatchkeyError('engine-closed', 'The engine was closed.');
  };

  const walk = passes({ tokens, directory, attempts, clock, isVersioned: store !== null });
  const look: Ask = (port, call, told) => ask(port, call, told, lookUpMs, gate);
  const lookAside: Ask = (port, call, told) => ask(port, call, told, lookUpMs, aside);
  const pass = <T>(steps: Gathering<T>, by: Standing | null, seen: Seen, through = look) =>
    new Promise<Passed<T>>((resolve, reject) => walk(steps, by, seen, through, resolve, reject));

  function concluded<I, T extends Learned, R>(asked: Asked<I, T, R>, gathered: T, policy: Policy | null): R {
    if (gathered.distrusted) failed('tokens');
    return asked.question.conclude(gathered, policy, asked.input);
  }

  const isFinal = <I, T>(gathered: T, { question, seen }: Asked<I, T, unknown>) =>
    seen.confirmed || !question.needsSettings(gathered);

  /** Answers a question by what stands, at the cost of one promise where the settings are still those. */
  function run<I, T extends Learned, R>(question: Question<I, T, R>, input: I): Promise<R> {
    return new Promise((resolve, reject) => {
      assertOpen();
      const by = standing;
      const asked = { question, input, seen: { confirmed: by === null || store === null, found: null } };
      if (by === null) return resolve(runFirst(asked));
      const done = (passed: Passed<T>): void => {
        if (passed !== null && isFinal(passed.gathered, asked))
          resolve(concluded(asked, passed.gathered, by.policy));
        else resolve(runAgain(asked, by, passed));
      };
      walk(question.gather(input, by), by, asked.seen, look, done, reject);
    });
  }

  /** The same where no settings were read yet. */
  async function runFirst<I, T extends Learned, R>(asked: Asked<I, T, R>): Promise<R> {
    const first = await load();
    const by = first === 'unavailable' ? unread : first;
    return runAgain(asked, by, await pass(asked.question.gather(asked.input, by), by, asked.seen));
  }

  /**
   * The same where the settings may have changed since they were read: they are read again and the gathering starts
   * over, so that a change holds from the next request on. Spec: ST-1
   */
  async function runAgain<I, T extends Learned, R>(
    asked: Asked<I, T, R>,
    by: Ready,
    passed: Passed<T>,
  ): Promise<R> {
    const { question, input, seen } = asked;
    for (let [passes, last, now] = [1, passed, by]; ; passes++) {
      if (last !== null && isFinal(last.gathered, asked)) return concluded(asked, last.gathered, now.policy);
      // Either the revision has changed, or nothing was looked up that would have told.
      const fresh = await load();
      if (last !== null && (fresh === 'unavailable' || fresh.revision === now.revision))
        return concluded(asked, last.gathered, now.policy);
      if (fresh === 'unavailable' || passes === maximumPasses) break;
      seen.confirmed = true;
      if (seen.found !== null && seen.found.settingsRevision !== fresh.revision) seen.found = null;
      now = fresh;
      last = await pass(question.gather(input, now), now, seen);
    }
    // Without settings nothing is looked up, so nothing can interrupt this pass.
    const closed = (await pass(question.gather(input, unread), unread, seen)) as NonNullable<Passed<T>>;
    return concluded(asked, closed.gathered, null);
  }

  /** Runs the steps of an operation against the ports, each call within the management deadline. */
  async function operate<T>(steps: Generator<PortCall, T, unknown>): Promise<T> {
    assertOpen();
    let step = steps.next();
    while (!step.done) {
      const call = step.value;
      step = steps.next(await told('operation', () => call(ports), manageMs));
    }
    return step.value;
  }

  /** Runs an operation by the policy that stands now. */
  async function judged<T>(operation: (context: OperationContext) => Steps<T>): Promise<Result<T, Issue>> {
    assertOpen();
    const by = store === null ? (standing as Ready) : await load();
    if (by === 'unavailable') return issue('unavailable', 'The settings could not be read.');
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
      if ((await told(port, () => write(taken), manageMs)) === 'unavailable') return waiting.putBack(taken);
    }
  }
  const writeUses = (): Promise<void> => flush(uses, 'tokens', (part) => tokens.touch(part));
  const writeEvents = (): Promise<void> => flush(events, 'audit', (part) => (audit as AuditLog).append(part));

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
      uses.note(
        decision.principal.tokenId,
        gathered.judgedAt as EpochMs,
        (gathered.record as TokenRecord).lastUsedAt,
      )
    )
      useAlarm.arm();
    if (!events.wants(decision)) return;
    if (events.put(eventOf(decision, clock()))) eventAlarm.arm();
    else quietly(() => observer?.eventsLost?.(1));
  }

  /** Decides a request by the shadow policy too, after the live answer; nobody waits for it. Spec: IM-2 */
  async function cast(by: Shadow, request: RequestInput, decision: Decision, learnt: Learnt): Promise<void> {
    try {
      const seen = { confirmed: true, found: null };
      const compared = await pass(by.compare(request, decision, learnt), null, seen, lookAside);
      // Nothing stands that a look-up could bring news of, so nothing interrupts this pass.
      const { gathered } = compared as NonNullable<typeof compared>;
      if (gathered !== null) options.shadow?.report(gathered);
    } catch {
      // Neither a shadow nor whoever it reports to may disturb what is live.
    }
  }

  const decision: Question<RequestInput, Gathered, Decision> = {
    gather,
    needsSettings,
    conclude(gathered, policy) {
      const decided = conclude(gathered, policy);
      record(decided, gathered);
      return decided;
    },
  };
  /** The same for a request that a shadow decides too; without live settings there is nothing to compare with. */
  const shadowedBy = (by: Shadow, learnt: Learnt): typeof decision => ({
    ...decision,
    gather: (request, rules) => overhear(gather(request, rules), learnt),
    conclude(gathered, policy, request) {
      const decided = decision.conclude(gathered, policy, request);
      if (policy !== null) void cast(by, request, decided, learnt);
      return decided;
    },
  });

  return {
    authenticate: (request) => run(shadow === null ? decision : shadowedBy(shadow, new Map()), request),
    explain: (request) => run(explanation, request),
    verify: (tokenText) => run(verification, tokenText),
    async reportPasswordOutcome(request, outcome) {
      if (attempts === undefined) return;
      const by = standing ?? (await load());
      if (by === 'unavailable') return;
      const key = attemptKeyOf(request, by);
      if (key !== null) await told('attempts', () => attempts.report(key, outcome));
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
