/** Codes of {@link LatchkeyError}; they never change within a major version. */
export type LatchkeyErrorCode =
  | 'policy-invalid'
  | 'profile-invalid'
  | 'options-invalid'
  | 'sha256-wrong'
  | 'engine-closed';

/** Misuse of the library by its caller: a programming error, never an expected outcome and never a secret. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';
  constructor(
    readonly code: LatchkeyErrorCode,
    message: string,
  ) {
    super(message);
  }
}
