import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/pnpm.mjs';
import { checkImports, cyclesOf, readWorkspace } from '../imports.mjs';

const dependencies = { '@noble/hashes': '*', 'ipaddr.js': '*', zod: '*' };
const onCore = { '@latchkey/core': '*' };
const manifests = new Map([
  ['core', { name: '@latchkey/core', dependencies }],
  ['testing', { name: '@latchkey/testing', dependencies: { ...onCore, '@latchkey/node': '*' } }],
  ['store-memory', { name: '@latchkey/store-memory', dependencies: { ...onCore, '@latchkey/testing': '*' } }],
  ['node', { name: '@latchkey/node', dependencies: { ...onCore, '@latchkey/store-memory': '*' } }],
  ['http', { name: '@latchkey/http', dependencies: { ...onCore, latchkey: '*' } }],
  ['cli', { name: 'latchkey', dependencies: { ...onCore, '@latchkey/node': '*', '@latchkey/http': '*' } }],
]);

/** A small workspace in which every arrow is allowed. */
const sound = {
  'core/src/result.ts': 'export type Result<T> = T | null;',
  'core/src/errors.ts': "import type { Result } from './result.ts'; export type Problem = Result<string>;",
  'core/src/parse/forwarded.ts':
    "import type { Result } from '../result.ts'; export type Hops = Result<string[]>;",
  'core/src/net/address.ts': "import ipaddr from 'ipaddr.js'; export const isAddress = ipaddr.isValid;",
  'core/src/net/client.ts':
    "import type { Hops } from '../parse/forwarded.ts'; import { isAddress } from './address.ts'; export { isAddress, type Hops };",
  'core/src/token/text.ts':
    "import { sha256 } from '@noble/hashes/sha2.js'; export const digest = sha256; export const at = new Date(0);",
  'core/src/settings/schema.ts':
    "import * as z from 'zod/mini'; import '../token/text.ts'; export const schema = z.string();",
  'core/src/decision/decide.ts':
    "import '../settings/schema.ts'; export const row = { when: 1, process: 2 }; row.process;",
  'core/src/ports.ts': "import './decision/decide.ts'; export interface Store { find(): Promise<string> }",
  'core/src/audit.ts': "import './token/text.ts';",
  'core/src/operation/issue.ts': "import type { Store } from '../ports.ts'; export type Step = keyof Store;",
  'core/src/gate.ts': 'export const alarm = (ring: () => void) => setTimeout(ring, 1);',
  'core/src/latchkey.ts':
    "import './ports.ts'; export const run = async () => { await Promise.resolve(1); };",
  'core/src/index.ts': "export { run } from './latchkey.ts';",
  'store-memory/src/index.ts': "import { run } from '@latchkey/core'; export const go = async () => run();",
  'node/src/index.ts':
    "import http from 'node:http'; import { run } from '@latchkey/core'; export { http, run };",
  'cli/src/main.ts': "import '@latchkey/node'; console.log(Date.now(), process.argv);",
};

/** @param {Record<string, string>} changes */
function rulesBroken(changes) {
  const files = Object.entries({ ...sound, ...changes });
  const sources = new Map(files.map(([file, text]) => [`packages/${file}`, text]));
  return checkImports(sources, manifests).map(({ rule, file }) => `${rule} ${file.replace('packages/', '')}`);
}

test('a sound workspace has no findings', () => {
  expect(rulesBroken({})).toEqual([]);
});

describe('arrows', () => {
  test.each([
    ['upward', 'core/src/parse/a.ts', "import '../net/address.ts';"],
    ['upward', 'core/src/net/a.ts', "import '../token/text.ts';"],
    ['upward', 'core/src/token/a.ts', "import '../settings/schema.ts';"],
    ['upward', 'core/src/settings/a.ts', "import type { row } from '../decision/decide.ts';"],
    ['upward', 'core/src/decision/a.ts', "export { type Store } from '../ports.ts';"],
    ['upward', 'core/src/decision/a.ts', "export * from '../latchkey.ts';"],
    ['upward', 'core/src/decision/a.ts', "export type A = import('../ports.ts').Store;"],
    ['upward', 'core/src/token/a.ts', "import '../audit.ts';"],
    ['upward', 'core/src/operation/a.ts', "import '../latchkey.ts';"],
    ['upward', 'core/src/result.ts', "import './parse/forwarded.ts'; export type Result<T> = T;"],
    ['upward', 'core/src/net/a.ts', "export const load = () => import('../token/text.ts');"],
    ['layer', 'core/src/utils.ts', ''],
    ['layer', 'core/src/misc/a.ts', ''],
    ['outside', 'node/src/index.ts', "import '../../core/src/result.ts';"],
    ['unresolved', 'node/src/index.ts', "import './nowhere.ts';"],
    ['unresolved', 'core/src/net/a.ts', "import './address.js';"],
    ['sideways', 'node/src/index.ts', "import '@latchkey/store-memory';"],
    ['sideways', 'store-memory/src/index.ts', "import '@latchkey/testing/store';"],
    ['sideways', 'testing/src/index.ts', "import '@latchkey/node';"],
    ['undeclared', 'node/src/index.ts', "import 'left-pad';"],
    ['undeclared', 'node/src/index.ts', "import 'fs';"],
    ['undeclared', 'node/src/index.ts', 'export const load = (name: string) => import(name);'],
    ['undeclared', 'node/src/index.ts', "import fs = require('fs');"],
  ])('%s: %s %s', (rule, file, text) => {
    expect(rulesBroken({ [file]: text })).toContain(`${rule} ${file}`);
  });
});

describe('cycles', () => {
  test('between files', () => {
    const first = "import './b.ts';";
    const second = "import type { c } from './c.ts';";
    const third = "import './a.ts';";
    expect(
      rulesBroken({ 'core/src/net/a.ts': first, 'core/src/net/b.ts': second, 'core/src/net/c.ts': third }),
    ).toEqual(['cycle core/src/net/a.ts']);
  });

  test('between packages', () => {
    expect(
      rulesBroken({
        'http/src/index.ts': "import 'latchkey';",
        'cli/src/main.ts': "import '@latchkey/http';",
      }),
    ).toEqual(['cycle http']);
  });

  test('of one file with itself, and none in a diamond', () => {
    expect(cyclesOf(new Map([['a', ['a']]]))).toEqual([['a']]);
    const diamond = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] };
    expect(cyclesOf(new Map(Object.entries(diamond)))).toEqual([]);
  });
});

describe('the only importer in core', () => {
  test.each([
    ['importer', 'core/src/net/ranges.ts', "import ipaddr from 'ipaddr.js';"],
    ['importer', 'core/src/settings/hosts.ts', "import type { ZodMiniType } from 'zod/mini';"],
    ['importer', 'core/src/token/issue.ts', "import { hmac } from '@noble/hashes/hmac.js';"],
    ['dependency', 'core/src/net/address.ts', "import 'left-pad';"],
    ['dependency', 'core/src/net/address.ts', "import '@latchkey/core';"],
    ['node', 'core/src/token/text.ts', "import { createHash } from 'node:crypto';"],
    ['node', 'core/src/latchkey.ts', "export const run = () => import('node:timers');"],
  ])('%s: %s %s', (rule, file, text) => {
    expect(rulesBroken({ [file]: text })).toContain(`${rule} ${file}`);
  });
});

describe('purity of core', () => {
  test.each([
    ['clock', 'export const now = Date.now();'],
    ['clock', 'export const clock = Date.now;'],
    ['clock', "export const now = Date['now']();"],
    ['clock', 'export const now = new Date();'],
    ['clock', 'export const now = new Date;'],
    ['clock', 'export const now = Date();'],
    ['clock', 'export const now = performance.now();'],
    ['random', 'export const dice = Math.random();'],
    ['random', 'export const bytes = crypto.getRandomValues(new Uint8Array(1));'],
    ['host', 'export const env = process.env;'],
    ['host', 'export const env = { process };'],
    ['host', 'export type Env = typeof process.env;'],
    ['host', 'export const log = console.log;'],
    ['host', 'export const bytes = (text: string): Buffer => Buffer.from(text);'],
    ['host', 'export const env = globalThis.process;'],
    ['timer', 'setTimeout(() => {}, 1);'],
    ['async', 'export const load = async () => 1;'],
    ['async', 'export async function load() {}'],
    ['async', 'export const load = { async find() {} };'],
    ['async', 'export const one = Promise.resolve(1);'],
    ['async', 'export type Later = Promise<string>;'],
    ['async', 'export const load = (later: PromiseLike<string>) => later;'],
    ['async', 'export const load = (find: () => { then(f: () => void): void }) => find().then(() => {});'],
    ['async', 'await 1;'],
  ])('%s: %s', (rule, text) => {
    expect(rulesBroken({ 'core/src/decision/facts.ts': text })).toContain(
      `${rule} core/src/decision/facts.ts`,
    );
  });

  test.each([
    ['names of members', 'export const facts = { process: 1, crypto: 2 }; facts.process; facts.crypto;'],
    ['a date of an instant', 'export const year = (at: number) => new Date(at).getUTCFullYear();'],
    ['what a row leads to', 'export const row = { then: { effect: "allow" } }; row.then.effect;'],
    ['comments and texts', 'export const words = "Date.now() await process"; // new Date() Promise'],
    ['a generator', 'export function* gather(): Generator<string, number, string> { yield "a"; return 1; }'],
  ])('allows %s', (_, text) => {
    expect(rulesBroken({ 'core/src/decision/facts.ts': text })).toEqual([]);
  });

  test('ports may name a promise, but not make one', () => {
    const file = 'core/src/ports.ts';
    expect(rulesBroken({ [file]: 'export const none = Promise.resolve(null);' })).toContain(`async ${file}`);
  });

  test('the asynchronous file has neither clock nor randomness', () => {
    const file = 'core/src/latchkey.ts';
    expect(rulesBroken({ [file]: 'export const run = async () => Date.now() + Math.random();' })).toEqual([
      `clock ${file}`,
      `random ${file}`,
    ]);
  });
});

test('the repository itself is read', () => {
  const { sources, manifests: real } = readWorkspace(root);
  expect([...sources.keys()]).toContain('packages/core/src/index.ts');
  expect(real.get('core')?.name).toBe('@latchkey/core');
});
