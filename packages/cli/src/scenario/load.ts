import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Issue, Result } from '@latchkey/core';
import { issueLine } from '../output/issue.ts';
import { printable } from '../output/text.ts';
import { InputFault, type Session } from '../session.ts';
import { linesOf, parseDocument } from './document.ts';
import { parseScenario, type Scenario } from './scenario.ts';

/** How a file is called in messages. */
const sourceOf = (file: string): string => (file === '-' ? 'standard input' : file);

const readFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
};

const failureOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return readFailures[code] ?? `it cannot be read (${code})`;
};

/** The bytes of a file, or of standard input for `-`. Throws an `InputFault` that says why they cannot be read. */
export async function readBytes(file: string, session: Session): Promise<Uint8Array> {
  try {
    if (file !== '-') return await readFile(file);
    const parts: Uint8Array[] = [];
    for await (const part of session.stdin) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
    return Buffer.concat(parts);
  } catch (error) {
    throw new InputFault([printable(`${sourceOf(file)}: ${failureOf(error)}.`)]);
  }
}

/** The text of a file, or of standard input for `-`, without a byte order mark. Throws an `InputFault`. */
export async function readText(file: string, session: Session): Promise<string> {
  const bytes = await readBytes(file, session);
  if (!isUtf8(bytes)) throw new InputFault([printable(`${sourceOf(file)}: this is not UTF-8 text.`)]);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * What a JSON or YAML file holds, judged by `parse`. Throws an `InputFault` with every problem: line and column
 * for the syntax; path, and line where it is cheap to know, for the rest. Spec: SF, CL
 */
export async function loadDocument<T>(
  file: string,
  session: Session,
  parse: (value: unknown) => Result<T, readonly Issue[]>,
): Promise<T> {
  const text = await readText(file, session);
  const source = sourceOf(file);
  const document = await parseDocument(text, /\.ya?ml$/i.test(file));
  if (!document.ok)
    throw new InputFault(
      document.problem.map(({ line, column, message }) =>
        printable(`${source}:${line}:${column}: ${message}`),
      ),
    );
  const parsed = parse(document.value);
  if (parsed.ok) return parsed.value;
  const lines = await linesOf(
    text,
    parsed.problem.map(({ path }) => path),
  );
  throw new InputFault(parsed.problem.map((issue, index) => issueLine(source, issue, lines[index] ?? null)));
}

/** The scenario in a file, or on standard input for `-`. Throws an `InputFault` with every problem. Spec: SF */
export const loadScenario = (file: string, session: Session): Promise<Scenario> =>
  loadDocument(file, session, parseScenario);
