import type { Issue, Result } from '@latchkey/core';
import { jsonFault } from './json.ts';

/** A text that is neither JSON nor YAML: one-based place, and what is wrong there. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Above this length the lines of problems are not looked for. */
const longestLocated = 256 * 1024;

const yamlMessages: Readonly<Record<string, string>> = {
  BAD_INDENT: 'The indentation does not fit.',
  DUPLICATE_KEY: 'This key occurs twice.',
  MISSING_CHAR: 'A character is missing here, such as a bracket, comma, colon or quote.',
  MULTIPLE_DOCS: 'A file holds one document.',
  TAB_AS_INDENT: 'A tab cannot indent.',
  TAG_RESOLVE_FAILED: 'Tags are not supported.',
  UNEXPECTED_TOKEN: 'This was not expected here.',
};

const placeOf = (text: string, offset: number): { line: number; column: number } => {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
};

/**
 * The value that a text holds: JSON, or YAML where it is named so or does not begin like JSON.
 * Faults never quote the text, which may hold a token. Spec: SF
 */
export async function parseDocument(
  text: string,
  isYaml: boolean,
): Promise<Result<unknown, readonly SyntaxFault[]>> {
  if (!isYaml) {
    try {
      return { ok: true, value: JSON.parse(text) };
    } catch {
      const fault = jsonFault(text);
      if (fault !== null && /^\s*[{[]/.test(text)) {
        const message = `This is not JSON: ${fault.expected} was expected here.`;
        return { ok: false, problem: [{ ...placeOf(text, fault.offset), message }] };
      }
    }
  }
  return parseYaml(text);
}

async function parseYaml(text: string): Promise<Result<unknown, readonly SyntaxFault[]>> {
  const yaml = await import('yaml');
  const document = yaml.parseDocument(text, { prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    ...placeOf(text, pos[0]),
    message: yamlMessages[code] ?? 'This is not YAML.',
  }));
  if (faults.length > 0) return { ok: false, problem: faults };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return { ok: false, problem: [{ line: 1, column: 1, message: 'The aliases cannot be resolved.' }] };
  }
}

/** The line on which each path stands, or the nearest part above it that is there; null in a long text. */
export async function linesOf(
  text: string,
  paths: readonly Issue['path'][],
): Promise<readonly (number | null)[]> {
  if (text.length > longestLocated) return paths.map(() => null);
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { prettyErrors: false, lineCounter: lines });
  return paths.map((path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (yaml.isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  });
}
