// What the servers of this group have in common: the tokens, and the three ways to check one.
import { hash } from 'node:crypto';
import { createLatchkey } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { allowed, directory, filled, host, settings, tokens } from '../world/world.mjs';

export const many = 2000;
export const ranges = 1000;
export const body = '{"open":3}';

/** The tokens of every server and of the load: the same in each process. */
export const known = () => tokens(many);

/** Latchkey by the whole policy. */
export async function latchkeyEngine() {
  const store = await filled(memoryStore(), known(), settings(ranges));
  return createLatchkey({ ...nodePlatform, ...store, host, directory: directory(many) });
}

/** A check as one writes it by hand: hash the token, look it up. It knows no addresses, scopes or ends. */
export function handWritten() {
  const subjects = new Map(
    known().map(({ text, record }) => [hash('sha256', text, 'base64url'), { subject: record.subject }]),
  );
  const find = async (/** @type {string} */ digest) => subjects.get(digest);
  return (/** @type {string} */ text) => find(hash('sha256', text, 'base64url'));
}

/** The token in an Authorization header. @param {string | undefined} header */
export const bearerOf = (header) => (header?.startsWith('Bearer ') === true ? header.slice(7) : '');

/** The allow-list as those take it that know addresses and CIDR ranges only. */
export const cidrs = () => allowed(ranges).map(({ cidr }) => cidr);
