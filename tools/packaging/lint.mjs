// publint and are-the-types-wrong over a tarball: nothing that either of them says is let through.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from '../../scripts/pnpm.mjs';

/** @typedef {import('./tarballs.mjs').Tarball} Tarball */

/** @param {Tarball} tarball @returns {Promise<string[]>} */
export async function publintProblems({ file }) {
  const bytes = readFileSync(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({
    pack: { tarball: /** @type {ArrayBuffer} */ (tarball) },
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`);
}

/** @param {Tarball} tarball @returns {Promise<string[]>} */
export async function attwProblems({ file, manifest }) {
  // A program has no types, which is right: nobody imports it.
  if (manifest.exports === undefined) return [];
  const attw = path.join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  const child = spawn(process.execPath, [attw, file, '--no-color', '--no-emoji', '--format', 'ascii'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  if (code === 0 && output.includes('No problems found')) return [];
  return [`are-the-types-wrong (exit code ${code}): ${output.trim()} ${errors.trim()}`];
}
