/** Where a text stops being JSON, and what would have been right there. */
export interface JsonFault {
  /** Index into the text, in UTF-16 units. */
  readonly offset: number;
  readonly expected: string;
}

const space = /[ \t\n\r]*/y;
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

type Wanted =
  | 'a value'
  | 'a value or ]'
  | 'a key or }'
  | 'a key in double quotes'
  | 'a colon'
  | 'a comma or }'
  | 'a comma or ]'
  | 'the end';

/**
 * The first place where a text breaks the grammar of JSON; null where it is JSON. `JSON.parse` says neither
 * line nor column on every platform, and quotes the text, which may hold a token.
 */
export function jsonFault(text: string): JsonFault | null {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let wanted: Wanted = 'a value';

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const afterValue = (): Wanted => {
    const container = open.at(-1);
    return container === undefined ? 'the end' : container === '{' ? 'a comma or }' : 'a comma or ]';
  };
  /** Takes what stands at `at`; what is wanted next, or null where it does not fit. */
  const take = (character: string): Wanted | null => {
    switch (wanted) {
      case 'a key or }':
      case 'a key in double quotes':
        if (match(string)) return 'a colon';
        return wanted === 'a key or }' && character === '}' ? close() : null;
      case 'a colon':
        return character === ':' ? step('a value') : null;
      case 'a comma or }':
        return character === ',' ? step('a key in double quotes') : character === '}' ? close() : null;
      case 'a comma or ]':
        return character === ',' ? step('a value') : character === ']' ? close() : null;
      case 'the end':
        return null;
      case 'a value':
      case 'a value or ]':
        if (match(string) || match(scalar)) return afterValue();
        if (character === '{' || character === '[') {
          open.push(character);
          return step(character === '{' ? 'a key or }' : 'a value or ]');
        }
        return wanted === 'a value or ]' && character === ']' ? close() : null;
    }
  };
  const step = (next: Wanted): Wanted => {
    at++;
    return next;
  };
  const close = (): Wanted => {
    open.pop();
    at++;
    return afterValue();
  };

  for (;;) {
    match(space);
    if (at >= text.length) return wanted === 'the end' ? null : { offset: at, expected: wanted };
    const next = take(text.charAt(at));
    if (next === null) return { offset: at, expected: wanted };
    wanted = next;
  }
}
