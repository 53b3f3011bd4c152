/** All that the store asks of a client. Replies are strings, whole numbers, null, and arrays of these. */
export interface Commands {
  /** True where keys live on several servers, so that one command reaches one slot. */
  readonly isCluster: boolean;
  /** Sends a command to the primary that holds a key. */
  command(args: readonly string[], key: string): Promise<unknown>;
  /** Sends two commands, one right behind the other, over the one connection to that primary. */
  pair(
    first: readonly string[],
    second: readonly string[],
    key: string,
  ): Promise<readonly [unknown, unknown]>;
}
