// A bare decision: facts in, verdict out.
import { createRequire } from 'node:module';
import { createMongoAbility } from '@casl/ability';
import { decide, domains } from '@latchkey/core';
import { atMost } from './harness/group.mjs';
import { sideBySide, typical } from './harness/measure.mjs';
import { below, numbersFrom } from './world/random.mjs';

const fromHere = createRequire(import.meta.url);
const { newEnforcer, newModelFromString } = fromHere('casbin');

/** Facts by chance, all cases alike. @param {number} count @returns {import('@latchkey/core').Facts[]} */
function someFacts(count) {
  const next = numbersFrom(3);
  const one = (/** @type {keyof typeof domains} */ name) =>
    /** @type {any} */ (domains[name][below(next, domains[name].length)]);
  return Array.from({ length: count }, () => ({
    surface: one('surface'),
    path: one('path'),
    credential: one('credential'),
    fallback: one('fallback'),
    address: one('address'),
    token: one('token'),
    scope: one('scope'),
    attempts: one('attempts'),
  }));
}

const facts = someFacts(256);

const latchkey = {
  name: 'Latchkey, decide',
  run: (/** @type {number} */ times) => {
    let allowed = 0;
    for (let index = 0; index < times; index++)
      if (decide(/** @type {import('@latchkey/core').Facts} */ (facts[index & 255])).effect === 'allow')
        allowed++;
    if (allowed > times) throw new Error('more was allowed than was asked for');
  },
};

/** A prebuilt ability of one rule for each action, asked for an action and a kind of thing. */
function casl() {
  const ability = createMongoAbility([
    { action: 'read', subject: 'Project' },
    { action: ['read', 'write'], subject: 'Issue' },
    { action: 'read', subject: 'User', inverted: true },
  ]);
  return {
    name: 'CASL, prebuilt can',
    run: (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++)
        if (ability.can((index & 1) === 0 ? 'read' : 'write', 'Issue') !== true)
          throw new Error('CASL refused');
    },
  };
}

/** The model of casbin's introduction, an access list, and a policy of three lines. */
async function casbin() {
  const model = newModelFromString(`
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
`);
  const enforcer = await newEnforcer(model);
  for (const policy of [
    ['ada', 'project', 'read'],
    ['ada', 'issue', 'read'],
    ['ada', 'issue', 'write'],
  ])
    await enforcer.addPolicy(...policy);
  return {
    name: 'casbin, enforceSync',
    run: (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++)
        if (enforcer.enforceSync('ada', 'issue', (index & 1) === 0 ? 'read' : 'write') !== true)
          throw new Error('casbin refused');
    },
  };
}

/** Cedar in WebAssembly with the policy parsed beforehand, the faster of its two ways. */
function cedar() {
  const wasm = fromHere('@cedar-policy/cedar-wasm/nodejs');
  const parsed = wasm.preparsePolicySet('bench', {
    staticPolicies:
      'permit(principal == User::"ada", action in [Action::"read", Action::"write"], resource);',
  });
  if (parsed.type !== 'success') throw new Error('Cedar did not take the policy');
  const call = (/** @type {string} */ action) => ({
    principal: { type: 'User', id: 'ada' },
    action: { type: 'Action', id: action },
    resource: { type: 'Issue', id: '17' },
    context: {},
    preparsedPolicySetId: 'bench',
    entities: [],
  });
  const calls = [call('read'), call('write')];
  return {
    name: 'Cedar, statefulIsAuthorized',
    run: (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++)
        if (wasm.statefulIsAuthorized(calls[index & 1]).response.decision !== 'allow')
          throw new Error('Cedar refused');
    },
  };
}

/** Bytes of heap a decision leaves behind, where nothing is collected in between. */
function bytesEach() {
  const times = 100_000;
  const least = [];
  for (let round = 0; round < 9; round++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    latchkey.run(times);
    least.push((process.memoryUsage().heapUsed - before) / times);
  }
  return Math.max(0, Math.min(...least));
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Decide',
  about:
    'A bare decision from facts or a request that stand ready. Latchkey looks eight facts up in its table, 256 cases of them by turns; the others judge a subject, an action and a thing by three rules or one.',
  async measure() {
    const contenders = [latchkey, casl(), await casbin(), cedar()];
    const samples = await sideBySide(contenders);
    const bytes = bytesEach();
    const notes = {
      [latchkey.name]: 'one of 4,032 cases, by eight facts',
      'CASL, prebuilt can': '`ability.can`, three rules',
      'casbin, enforceSync': 'an access list of three lines',
      'Cedar, statefulIsAuthorized': 'WebAssembly, one policy, parsed beforehand',
    };
    const figures = Object.entries(notes).map(([name, note]) => ({
      name,
      value: typical(samples, name),
      unit: 'µs',
      note,
    }));
    return {
      figures,
      charts: [{ title: 'A bare decision', unit: 'µs', better: 'less', bars: figures }],
      targets: [
        atMost('`decide(facts)`', 0.2, typical(samples, latchkey.name), 'µs'),
        atMost('memory that a decision takes', 0, Math.round(bytes), 'bytes'),
      ],
    };
  },
};
