import {
  type Actor,
  addValidity,
  type ExpiryRequest,
  effectiveExpiry,
  type Scope,
  type Settings,
  type Validity,
  validities,
} from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desk, users } from './desk.ts';

/** What is remembered of each token that was ever given out. */
interface Known {
  readonly id: string;
  readonly subject: string;
  readonly scope: Scope;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** The maximum that stood when it was made. */
  readonly maximum: Validity;
  /** The token that asked for it; null for a session. */
  readonly parent: Known | null;
  /** The end of the parent at that moment. */
  readonly parentEnd: number | null;
}

interface Model {
  known: Known[];
  settings: Settings;
}
type Desk = ReturnType<typeof desk>;
type Command = fc.AsyncCommand<Model, Desk>;

const pick = <T>(list: readonly T[], place: number): T | undefined => list[place % Math.max(1, list.length)];
const later = (a: number | null, b: number | null): boolean => b !== null && (a === null || a > b);

/** Who asks: a user in a session, or one of the tokens given out so far. */
const actorOf = (model: Model, who: number): { by: Actor; parent: Known | null } => {
  const parent = who < 0 ? (pick(model.known, -who) ?? null) : null;
  if (parent !== null) return { by: { subject: parent.subject, tokenId: parent.id }, parent };
  return { by: { subject: (pick(users, Math.abs(who)) as (typeof users)[number]).id }, parent: null };
};

const endNow = async (real: Desk, model: Model, token: Known | null): Promise<number | null> => {
  const record = token === null ? null : (await real.store.tokens.find(token.id)).record;
  return record === null ? null : effectiveExpiry(record, model.settings.validity);
};

const remember = (
  real: Desk,
  model: Model,
  made: Omit<Known, 'maximum' | 'parentEnd' | 'parent'>,
  parent: Known | null,
  parentEnd: number | null,
) => {
  expect(made.createdAt).toBe(real.clock());
  model.known.push({ ...made, maximum: model.settings.validity.maximum, parent, parentEnd });
};

const issuing = (
  who: number,
  subject: string | undefined,
  scope: Scope | undefined,
  expiry: ExpiryRequest,
): Command => ({
  check: () => true,
  async run(model, real) {
    const { by, parent } = actorOf(model, who);
    const parentEnd = await endNow(real, model, parent);
    const request = {
      label: 'x',
      expiry,
      ...(subject === undefined ? {} : { subject }),
      ...(scope === undefined ? {} : { scope }),
    };
    const made = await real.engine.tokens.issue(by, request);
    if (made.ok) remember(real, model, made.value.token, parent, parentEnd);
  },
  toString: () => `issue by ${who} for ${subject} ${scope} ${JSON.stringify(expiry)}`,
});

const rotating = (who: number, place: number, graceMs: number, expiry: ExpiryRequest): Command => ({
  check: (model) => model.known.length > 0,
  async run(model, real) {
    const old = pick(model.known, place) as Known;
    const { by, parent } = actorOf(model, who);
    const parentEnd = await endNow(real, model, parent);
    const before = (await real.store.tokens.find(old.id)).record;
    const made = await real.engine.tokens.rotate(by, old.id, { graceMs, expiry });
    const after = (await real.store.tokens.find(old.id)).record;
    // rotation_never_extends_life
    expect(later(after?.expiresAt ?? null, before?.expiresAt ?? null)).toBe(false);
    if (!made.ok) return expect(after).toEqual(before);
    expect(before?.revokedAt).toBeNull();
    expect(after?.expiresAt).toBeLessThanOrEqual(real.clock() + graceMs);
    expect(made.value.token.scope).toBe(old.scope);
    remember(real, model, made.value.token, parent, parentEnd);
  },
  toString: () => `rotate ${place} by ${who} grace ${graceMs} ${JSON.stringify(expiry)}`,
});

const revoking = (who: number, place: number): Command => ({
  check: (model) => model.known.length > 0,
  async run(model, real) {
    await real.engine.tokens.revoke(actorOf(model, who).by, (pick(model.known, place) as Known).id);
  },
  toString: () => `revoke ${place} by ${who}`,
});

const changing = (
  maximum: Validity,
  choices: 'listed' | 'within',
  existing: 'keep' | 'clamp',
  readOnly: boolean,
): Command => ({
  check: () => true,
  async run(model, real) {
    const { permissions } = model.settings;
    model.settings = {
      ...model.settings,
      validity: { maximum, choices, existing },
      permissions: { ...permissions, create: { ...permissions.create, readOnly } },
    };
    await real.saveSettings(model.settings);
  },
  toString: () => `settings ${maximum} ${choices} ${existing} readOnly=${readOnly}`,
});

const waiting = (ms: number): Command => ({
  check: () => true,
  async run(_model, real) {
    real.clock.advance(ms);
  },
  toString: () => `wait ${ms}`,
});

const day = 24 * 60 * 60 * 1000;
const who = fc.integer({ min: -20, max: 4 });
const place = fc.nat(20);
const expiry: fc.Arbitrary<ExpiryRequest> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(...validities).map((validity) => ({ validity })),
  fc
    .integer({ min: -2, max: 800 })
    .map((days) => ({ at: new Date(Date.UTC(2026, 0, 31, 12) + days * day).toISOString() })),
  fc.constantFrom('', 'never', '2026-13-01T00:00Z').map((at) => ({ at })),
);
const scope = fc.constantFrom<(Scope | undefined)[]>(undefined, 'read-only', 'read-write');
const subject = fc.constantFrom(undefined, undefined, ...users.map(({ id }) => id));
const commands = fc.commands(
  [
    fc.tuple(who, subject, scope, expiry).map((args) => issuing(...args)),
    fc.tuple(who, subject, scope, expiry).map((args) => issuing(...args)),
    fc.tuple(who, place, fc.constantFrom(0, 1, day, 7 * day), expiry).map((args) => rotating(...args)),
    fc.tuple(who, place).map((args) => revoking(...args)),
    fc
      .tuple(
        fc.constantFrom(...validities),
        fc.constantFrom('listed', 'within'),
        fc.constantFrom('keep', 'clamp'),
        fc.boolean(),
      )
      .map((args) => changing(...args)),
    fc.constantFrom(1, day, 30 * day, 200 * day).map(waiting),
  ] as fc.Arbitrary<Command>[],
  { maxCommands: 40, size: 'max' },
);

describe('sequences of operations', () => {
  it('read_only_never_begets_read_write, expiry_is_within_the_maximum_on_every_path, rotation_never_extends_life', async () => {
    let made = 0;
    let made2nd = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const real = desk(undefined, { maximumLive: 1000 });
        await real.ready;
        const { document } = (await real.store.settings.load()) ?? {};
        const model: Model = { known: [], settings: document as Settings };
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        for (const token of model.known) {
          made++;
          const bound = addValidity(token.createdAt, token.maximum);
          expect(later(token.expiresAt, bound), 'within the maximum').toBe(false);
          if (token.parent === null) continue;
          made2nd++;
          expect(later(token.expiresAt, token.parentEnd), 'no later than its creator').toBe(false);
          for (let ancestor: Known | null = token.parent; ancestor !== null; ancestor = ancestor.parent)
            if (ancestor.scope === 'read-only') expect(token.scope).toBe('read-only');
        }
      }),
      { numRuns: 1000 },
    );
    // The sequences did reach what they are about.
    expect(made).toBeGreaterThan(700);
    expect(made2nd).toBeGreaterThan(100);
  });
});
