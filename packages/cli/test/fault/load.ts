import type { AuditEntry, AuditLog, Latchkey, TokenQuery, TokenRecord } from '@latchkey/core';
import { expect } from 'vitest';
import { actor, answered, asks, eachOf, type Ports, sleep, wordsOf } from './stage.ts';

/** What a lane knows of one token: what was acknowledged, or that an answer is missing. */
export interface Known {
  readonly id: string;
  readonly text: string;
  readonly subject: string;
  revocation: 'none' | 'acknowledged' | 'in doubt';
}

/** Issues, uses and revokes tokens in 32 lanes until told to stop; every answer is judged as it comes. */
export function load(engine: Latchkey) {
  const known: Known[] = [];
  const wrong: string[] = [];
  let outages = 0;
  let isOver = false;
  const outage = async (): Promise<void> => {
    outages++;
    await sleep(20);
  };
  /** Only 503 or the right answer. */
  const judge = async (token: Known, right: readonly string[]): Promise<void> => {
    const scheme = known.length % 2 === 0 ? 'Bearer' : 'Basic';
    const decision = await engine.authenticate(asks(token.text, scheme, token.subject));
    const words = decision.effect === 'deny' ? decision.reason : wordsOf(decision);
    if (words === 'service-unavailable') await outage();
    else if (!right.includes(words)) wrong.push(`${token.revocation}: ${words}`);
  };
  const lane = async (number: number): Promise<void> => {
    const subject = `user ${number}`;
    const by = actor(subject);
    for (let round = 0; !isOver; round++) {
      const result = await engine.tokens.issue(by, { label: 'load' });
      if (!result.ok) {
        if (result.problem.code !== 'unavailable') wrong.push(`issue: ${result.problem.code}`);
        await outage();
        continue;
      }
      const { token: view, text } = result.value;
      const token: Known = { id: view.id, text, subject, revocation: 'none' };
      known.push(token);
      await judge(token, ['allow accepted']);
      if (round % 2 === 0) continue;
      const revoked = await engine.tokens.revoke(by, token.id);
      if (revoked.ok) token.revocation = 'acknowledged';
      else {
        token.revocation = 'in doubt';
        if (revoked.problem.code !== 'unavailable') wrong.push(`revoke: ${revoked.problem.code}`);
        await outage();
      }
      await judge(
        token,
        token.revocation === 'acknowledged' ? ['token-revoked'] : ['token-revoked', 'allow accepted'],
      );
    }
  };
  const lanes = Array.from({ length: 32 }, (_, number) => lane(number));
  return {
    known,
    wrong,
    outages: () => outages,
    /** How many revocations were acknowledged. */
    revoked: () => known.filter(({ revocation }) => revocation === 'acknowledged').length,
    async stop() {
      isOver = true;
      await Promise.all(lanes);
    },
  };
}

/** Tokens that an engine does not answer as it was acknowledged, or that engines answer differently. */
export async function unlikeAnswers(
  known: readonly Known[],
  engines: readonly Latchkey[],
): Promise<string[]> {
  const unlike: string[] = [];
  await eachOf(known, async ({ text, id, revocation }) => {
    const answers = new Set(await Promise.all(engines.map((engine) => answered(engine, text))));
    const [answer = ''] = answers;
    const right = revocation === 'none' ? 'accepted' : 'token-revoked';
    const isRight = revocation === 'in doubt' ? /^(accepted|token-revoked)$/.test(answer) : answer === right;
    if (answers.size > 1 || !isRight) unlike.push(`${id} ${revocation}: ${[...answers].join(', ')}`);
  });
  return unlike;
}

/** The ids of all events of a kind that are about one token. */
async function idsOf(audit: AuditLog, kind: 'token-issued' | 'token-revoked'): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly AuditEntry[] = await audit.list({ kind, after, limit: 500 });
    for (const { event } of page) if ('tokenId' in event && event.tokenId !== null) ids.push(event.tokenId);
    after = page.at(-1)?.position ?? null;
    if (after === null) return ids.sort();
  }
}

/** That what the store holds was written with its event, once, or not at all: acknowledged or not. Spec: ST-3 */
export async function expectWhole({ tokens, audit }: Ports): Promise<void> {
  const records: TokenRecord[] = [];
  for (let after: TokenQuery['after'] = null; ; ) {
    const page: readonly TokenRecord[] = await tokens.list({ after, limit: 500 });
    records.push(...page);
    const last = page.at(-1);
    if (last === undefined) break;
    after = { createdAt: last.createdAt, id: last.id };
  }
  const idsIn = (kept: readonly TokenRecord[]): string[] => kept.map(({ id }) => id).sort();
  expect(await idsOf(audit, 'token-issued')).toEqual(idsIn(records));
  expect(await idsOf(audit, 'token-revoked')).toEqual(idsIn(records.filter((one) => one.revokedAt !== null)));
}
