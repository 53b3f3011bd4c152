import { describe, expectTypeOf, it } from 'vitest';
import type {
  Client,
  Decision,
  Domains,
  Facts,
  Grant,
  Latchkey,
  Principal,
  PublicAnswer,
  Result,
  Settings,
  TokenRecord,
  Verdict,
} from '../src/index.ts';

/** The part of a decision that a handler may look at once it knows the effect. */
type On<E extends Decision['effect']> = Extract<Decision, { effect: E }>;

describe('types', () => {
  it('a principal exists on an allow only, an answer and a status on a deny only', () => {
    expectTypeOf<On<'allow'>['principal']>().toEqualTypeOf<Principal>();
    expectTypeOf<On<'defer'>>().not.toHaveProperty('principal');
    expectTypeOf<On<'deny'>>().not.toHaveProperty('principal');
    expectTypeOf<On<'deny'>['answer']>().toEqualTypeOf<PublicAnswer>();
    expectTypeOf<On<'deny'>['status']>().toEqualTypeOf<400 | 401 | 403 | 429 | 503>();
    expectTypeOf<On<'allow'>>().not.toHaveProperty('answer');
    expectTypeOf<On<'defer'>>().not.toHaveProperty('answer');
    // @ts-expect-error a principal cannot be read before the effect is known
    expectTypeOf((decision: Decision) => decision.principal).toBeFunction();
  });

  it('every value of a verdict and a decision is one of a closed union', () => {
    expectTypeOf<Verdict['effect']>().toEqualTypeOf<'allow' | 'deny' | 'defer'>();
    expectTypeOf<Decision['effect']>().toEqualTypeOf<Verdict['effect']>();
    expectTypeOf<Decision['client']>().toEqualTypeOf<Client | null>();
    expectTypeOf<Domains<Facts>['token'][number]>().toEqualTypeOf<Facts['token']>();
  });

  it('an address exists only where the client was resolved', () => {
    type Resolved = Extract<Client, { kind: 'resolved' }>;
    expectTypeOf<Resolved['address']>().toEqualTypeOf<string>();
    expectTypeOf<Extract<Client, { kind: 'unresolved' }>>().not.toHaveProperty('address');
  });

  it('SE-2, PE-1 impossible settings cannot be written', () => {
    type Refused = Extract<Settings['passwords'], { mode: 'refused' }>;
    type Accepted = Extract<Settings['passwords'], { mode: 'accepted' }>;
    expectTypeOf<Accepted>().not.toHaveProperty('pathGuard');
    expectTypeOf<Refused>().not.toHaveProperty('recognisedTokens');
    expectTypeOf<Settings['permissions']['createOnBehalf']>().toEqualTypeOf<
      Extract<Grant, { to: 'groups' }>
    >();
  });

  it('SC-5 scope is required of every record and every principal', () => {
    expectTypeOf<TokenRecord['scope']>().toEqualTypeOf<'read-only' | 'read-write'>();
    expectTypeOf<Principal['scope']>().toEqualTypeOf<'read-only' | 'read-write'>();
    expectTypeOf<{ subject: string; tokenId: string }>().not.toExtend<Principal>();
  });

  it('a result holds either a value or a problem', () => {
    type Answer = Result<number, 'no'>;
    expectTypeOf<Extract<Answer, { ok: false }>>().not.toHaveProperty('value');
    expectTypeOf<Extract<Answer, { ok: true }>>().not.toHaveProperty('problem');
    expectTypeOf<Awaited<ReturnType<Latchkey['authenticate']>>>().toEqualTypeOf<Decision>();
  });
});
