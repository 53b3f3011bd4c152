import { StoreError } from './error.ts';

/** The most bytes of UTF-8 that a text column takes; longer text is refused, because some engines would cut it. */
const longestText = 1024;

const utf8 = new TextEncoder();

/** The backslash, and what no engine keeps: NUL and halves of surrogate pairs. */
const unkept = /[\\\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A name as it stands in the database: as it is, but for a backslash before what would not come back otherwise, so
 * that two different names never read the same.
 */
export const escapeName = (name: string): string =>
  name.replace(unkept, (character) =>
    character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The name that {@link escapeName} wrote. */
export const readName = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:\\|u([0-9a-f]{4}))/g, (_, code: string | undefined) =>
        code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;

/** The text itself, or an error where a column could not hold it whole. */
export function fitting(text: string): string {
  if (text.length > longestText / 3 && utf8.encode(text).length > longestText)
    throw new StoreError('constraint', `longer than ${longestText} bytes`);
  return text;
}

/** The pattern for `like … escape '!'` that finds a text anywhere. */
export const containing = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;
