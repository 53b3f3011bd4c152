// What snippets take as given: "an engine", "your settings". A page names what it takes in a comment above the snippet.
import { webcrypto } from 'node:crypto';
import { compilePolicy, createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';

export const host = hosts.generic;
export const settings = defaultSettings(host);
export const policy = compilePolicy(settings, host);
export const before = settings;
export const { tokens, audit } = memoryStore();
export const users = [
  { id: 'ada', active: true, administrator: false, groups: ['dev'] },
  { id: 'root', active: true, administrator: true, groups: ['admins'] },
];
export const directory = {
  /** @param {string} id */
  find: async (id) => users.find((user) => user.id === id) ?? null,
};
export const ports = { ...nodePlatform, host, settings, tokens, directory, audit };
export const engine = createLatchkey(ports);
/** Nobody is logged in. */
export const session = async () => null;
export const headers = /** @type {const} */ ([['Authorization', 'Bearer lk_no-such-token']]);
export const request = { method: 'GET', target: '/api/hello', headers, peer: '10.0.0.7' };
/** @param {number} count */
export const random = (count) => webcrypto.getRandomValues(new Uint8Array(count));
export const now = Date.UTC(2026, 0, 15, 12);
export const text = JSON.stringify(settings);
/** A factory of empty stores for the conformance kit. */
export const create = async () => ({ ...memoryStore(), close: async () => {}, reopen: create });
export const startMyServer = create;
export const createMyStore = create;
