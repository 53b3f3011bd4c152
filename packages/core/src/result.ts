/** The outcome of something that may be refused: a value, or the problem in its place. */
export type Result<T, P> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: P };

/** One thing wrong with an input: a stable code, where it stands, what is wrong and, if known, what would be right. */
export interface Issue {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** A result that holds `value`. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** A result that holds `problem`. */
export const refused = <P>(problem: P): Result<never, P> => ({ ok: false, problem });
