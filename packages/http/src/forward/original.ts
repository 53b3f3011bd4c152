import type { RequestInput, Result } from '@latchkey/core';
import { linesWithout, soleLine } from '../line.ts';
import type { GatewayForm } from './gateway.ts';

/** Headers that tell of a client, the one of the form apart: what a gateway does not write, a client may have. */
const clientHeaders: readonly string[] = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/**
 * The original request that a gateway asks about, or which part of it is wrong. The peer is the gateway: the policy
 * resolves the client behind it as behind any trusted proxy, by the one header that the gateway writes. Spec: FA, PX
 */
export function originalOf(
  asked: RequestInput,
  form: GatewayForm,
): Result<RequestInput, 'method' | 'target'> {
  const own = form.original.in === 'headers' ? [form.original.method, form.original.target] : [];
  const client = form.client.toLowerCase();
  const dropped = new Set([
    ...own.map((name) => name.toLowerCase()),
    ...clientHeaders.filter((name) => name !== client),
  ]);
  const line = lineOf(asked, form);
  if (!line.ok) return line;
  return {
    ok: true,
    value: { ...line.value, headers: linesWithout(asked.headers, dropped), peer: asked.peer },
  };
}

/** The original request line: each part said exactly once, or nothing is believed. */
function lineOf(
  { method, target, headers }: RequestInput,
  { original }: GatewayForm,
): Result<Pick<RequestInput, 'method' | 'target'>, 'method' | 'target'> {
  if (original.in === 'request-line') {
    const rest = target.startsWith(original.prefix) ? target.slice(original.prefix.length) : '';
    return rest.startsWith('/')
      ? { ok: true, value: { method, target: rest } }
      : { ok: false, problem: 'target' };
  }
  const said = soleLine(headers, original.method.toLowerCase());
  const asked = soleLine(headers, original.target.toLowerCase());
  if (!said.ok || !token.test(said.value)) return { ok: false, problem: 'method' };
  if (!asked.ok || asked.value === '') return { ok: false, problem: 'target' };
  return { ok: true, value: { method: said.value, target: asked.value } };
}
