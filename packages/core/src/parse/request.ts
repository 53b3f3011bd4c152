/** One request as it arrived: the only input of a decision. */
export interface RequestInput {
  /** The method name, exactly as sent; method names are case-sensitive. */
  readonly method: string;
  /** The request target as on the request line, not decoded. */
  readonly target: string;
  /** Every header line in order of arrival; repeated headers stay repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The socket's remote address; undefined for a unix socket. */
  readonly peer: string | undefined;
}

/** Header lines in order of arrival, as in `RequestInput`. */
type HeaderLines = RequestInput['headers'];

/** The header lines of a flat list of names and values in turn, as Node's `rawHeaders` are. Spec: BI-2 */
export function pairedHeaderLines(flat: readonly string[]): HeaderLines {
  const lines: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) lines.push([flat[at] as string, flat[at + 1] as string]);
  return lines;
}

/** A comma behind which another credential could begin: a scheme, a space, and no `=` as behind a parameter's name. */
const nextCredential = /,[ \t]*(?=[\w!#$%&'*+.^`|~-]+ +[^ =])/;

/** What a Web `Headers` object offers: its entries, and the joined value under a name. */
export interface JoinedHeaders extends Iterable<readonly [name: string, value: string]> {
  get(name: string): string | null;
}

/**
 * The header lines of a platform that joins repeated ones with commas, as Web `Headers` do. An `Authorization`
 * that may have been several lines becomes several again, so that it is malformed rather than handed on for what
 * its first line was; a parameter with a comma and two words in its quotes is taken for one too. Spec: BI-2, CR-1
 */
export function joinedHeaderLines(headers: JoinedHeaders): HeaderLines {
  const lines: (readonly [string, string])[] = [];
  for (const [name, entry] of headers) {
    // Some runtimes leave an empty first line out of an entry, and in what `get` gives they do not.
    const value = headers.get(name) ?? entry;
    if (name.toLowerCase() !== 'authorization') lines.push([name, value]);
    else for (const part of value.split(nextCredential)) lines.push([name, part]);
  }
  return lines;
}

/** Scheme and authority of an absolute URL. */
const origin = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/**
 * The target in the URL of a Web `Request`: what follows the authority, as it stands. Most platforms have resolved
 * dot segments by then, which no binding can undo. Spec: BI-2
 */
export const targetOfUrl = (url: string): string => url.replace(origin, '');
