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
