import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../src/parse/instant.ts';
import {
  addValidity,
  type ExpiryRequest,
  expiryWithin,
  type Validity,
  type ValidityRules,
  validities,
  validityChoices,
} from '../../src/token/validity.ts';

const rules = (maximum: Validity, choices: ValidityRules['choices'] = 'listed') => ({
  validity: { maximum, choices, existing: 'keep' } as const,
});
const at = (text: string): number => Date.parse(text);
const now = at('2026-03-15T10:20:30.456Z');
const instants = fc.integer({ min: at('1970-01-01T00:00:00Z'), max: at('2200-01-01T00:00:00Z') });
const anyValidity = fc.constantFrom(...validities);
const anyRules = fc
  .record({ maximum: anyValidity, choices: fc.constantFrom('listed', 'within') })
  .map(({ maximum, choices }) => rules(maximum, choices));

describe('expiryWithin', () => {
  it.each(validities)('VA-6 asking nothing under %s gives the maximum itself', (maximum) => {
    expect(expiryWithin(rules(maximum), undefined, now)).toEqual({
      ok: true,
      value: addValidity(now, maximum),
    });
  });

  it('VA-2 a choice is accepted, anything else is refused with the choices named', () => {
    for (const kind of ['listed', 'within'] as const)
      for (const maximum of validities)
        for (const validity of validities) {
          const choices = validityChoices(rules(maximum, kind));
          const result = expiryWithin(rules(maximum, kind), { validity }, now);
          if (choices.includes(validity))
            expect(result).toEqual({ ok: true, value: addValidity(now, validity) });
          else
            expect(result).toEqual({
              ok: false,
              problem: {
                code: 'expiry-out-of-bounds',
                path: ['validity'],
                message: `The validity has to be one of ${choices.join(', ')}.`,
              },
            });
        }
  });

  it.each(['P7M', 'p6m', '', '__proto__', 'toString', ' P6M'])('VA-2 %j is no choice', (validity) => {
    expect(expiryWithin(rules('never'), { validity } as unknown as ExpiryRequest, now)).toMatchObject({
      ok: false,
      problem: { code: 'expiry-out-of-bounds', path: ['validity'] },
    });
  });

  it('VA-4 a date-time is later than now and not after the bound, to the millisecond', () => {
    const bound = addValidity(now, 'P1M') as number;
    const ask = (instant: number) => expiryWithin(rules('P1M'), { at: formatInstant(instant) }, now);
    expect(ask(now + 1)).toEqual({ ok: true, value: now + 1 });
    expect(ask(bound)).toEqual({ ok: true, value: bound });
    const message =
      'The expiry has to be later than 2026-03-15T10:20:30.456Z and not after 2026-04-15T10:20:30.456Z.';
    for (const refusedAt of [now, now - 1, bound + 1, 0])
      expect(ask(refusedAt)).toEqual({
        ok: false,
        problem: { code: 'expiry-out-of-bounds', path: ['at'], message },
      });
  });

  it('VA-4 digits beyond the millisecond are cut off before the bound is looked at', () => {
    expect(expiryWithin(rules('P1M'), { at: '2026-04-15T10:20:30.4569Z' }, now)).toEqual({
      ok: true,
      value: addValidity(now, 'P1M'),
    });
    expect(expiryWithin(rules('P1M'), { at: '2026-03-15T10:20:30.4569Z' }, now)).toMatchObject({ ok: false });
  });

  it('VA-4 under maximum never any future instant is accepted', () => {
    expect(expiryWithin(rules('never'), { at: '9999-12-31T23:59:59Z' }, now)).toEqual({
      ok: true,
      value: at('9999-12-31T23:59:59Z'),
    });
    expect(expiryWithin(rules('never'), { at: formatInstant(now) }, now)).toMatchObject({
      problem: {
        code: 'expiry-out-of-bounds',
        message: 'The expiry has to be later than 2026-03-15T10:20:30.456Z.',
      },
    });
  });

  it.each([
    ['2030-01-31', 'The time is missing. (instant-without-time)'],
    ['2030-01-31T12:00:00', 'The offset is missing: Z or one such as +02:00. (instant-without-offset)'],
    ['2030-02-30T12:00:00Z', 'There is no such day in that month. (instant-impossible-day)'],
    ['', 'Not a date and time of the form YYYY-MM-DDTHH:MM:SSZ. (instant-malformed)'],
    ['never', 'Not a date and time of the form YYYY-MM-DDTHH:MM:SSZ. (instant-malformed)'],
  ])('VA-4 %j never means "no expiry"', (text, message) => {
    for (const maximum of validities)
      expect(expiryWithin(rules(maximum), { at: text }, now)).toEqual({
        ok: false,
        problem: { code: 'expiry-malformed', path: ['at'], message, hint: 'Such as 2030-01-31T12:00:00Z.' },
      });
  });

  it.each([
    [null],
    [{}],
    [{ at: null }],
    [{ at: 1_900_000_000_000 }],
    [{ validity: null }],
    [{ validity: 6 }],
    ['P6M'],
    [7],
    [[]],
    [{ validity: 'P6M', at: '2026-04-01T00:00:00Z' }],
    [{ validity: 'P6M', at: null }],
    [{ validity: null, at: '2026-04-01T00:00:00Z' }],
  ])('VA-4 %j, which no type allows, is malformed rather than unlimited', (request) => {
    expect(expiryWithin(rules('never'), request as unknown as ExpiryRequest, now)).toStrictEqual({
      ok: false,
      problem: {
        code: 'expiry-malformed',
        path: [],
        message: 'Give either one of the validities or a date-time.',
      },
    });
  });

  it('SC-5 nothing made with a token ends later than that token', () => {
    const notAfter = now + 1_000;
    const policy = rules('never');
    expect(expiryWithin(policy, undefined, now, notAfter)).toEqual({ ok: true, value: notAfter });
    expect(expiryWithin(policy, { at: formatInstant(notAfter) }, now, notAfter)).toEqual({
      ok: true,
      value: notAfter,
    });
    expect(expiryWithin(policy, { at: formatInstant(notAfter + 1) }, now, notAfter)).toMatchObject({
      problem: { code: 'expiry-out-of-bounds', path: ['at'] },
    });
    for (const validity of validities)
      expect(expiryWithin(policy, { validity }, now, notAfter)).toMatchObject({
        ok: false,
        problem: {
          code: 'expiry-out-of-bounds',
          path: ['validity'],
          message:
            'The expiry has to be later than 2026-03-15T10:20:30.456Z and not after 2026-03-15T10:20:31.456Z.',
        },
      });
    expect(expiryWithin(rules('P1M'), undefined, now, addValidity(now, 'P2M'))).toEqual({
      ok: true,
      value: addValidity(now, 'P1M'),
    });
    expect(expiryWithin(rules('P1M'), undefined, now, null)).toEqual({
      ok: true,
      value: addValidity(now, 'P1M'),
    });
  });

  it('SC-5 a token that has ended begets none', () => {
    for (const request of [undefined, { validity: 'P1M' }, { at: formatInstant(now + 1) }] as const)
      for (const end of [now, now - 1, 0])
        expect(expiryWithin(rules('never'), request, now, end)).toMatchObject({
          ok: false,
          problem: { code: 'expiry-out-of-bounds' },
        });
    expect(expiryWithin(rules('never'), undefined, now, now)).toMatchObject({ problem: { path: [] } });
  });

  it('VA-6 expiry_is_within_the_maximum_on_every_path', () => {
    const request = fc.oneof(
      fc.constant(undefined),
      anyValidity.map((validity) => ({ validity })),
      fc
        .oneof(instants, fc.integer({ min: now - 5, max: now + 5 }))
        .map((instant) => ({ at: formatInstant(instant) })),
      fc.string().map((text) => ({ at: text })),
    );
    fc.assert(
      fc.property(
        anyRules,
        request,
        fc.option(fc.integer({ min: -10, max: 90_000_000_000 })),
        (policy, asked, life) => {
          const notAfter = life === null ? null : now + life;
          const result = expiryWithin(policy, asked, now, notAfter);
          if (!result.ok) return;
          const end = result.value ?? Infinity;
          expect(end).toBeGreaterThan(now);
          expect(end).toBeLessThanOrEqual(addValidity(now, policy.validity.maximum) ?? Infinity);
          expect(end).toBeLessThanOrEqual(notAfter ?? Infinity);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('VA-6 a clock that gives no instant is misuse', () => {
    for (const clock of [Number.NaN, Infinity, 0.5])
      expect(() => expiryWithin(rules('never'), undefined, clock)).toThrow(TypeError);
    expect(() => expiryWithin(rules('never'), undefined, Number.NaN)).toThrow('now is a whole number');
  });
});
