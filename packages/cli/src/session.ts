import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** The streams that a run of the program reads and writes; main.ts gives the ones of the process. */
export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/** One run: its streams, and the exit status so far (1 once an expectation or a check has failed). Spec: CL */
export interface Session extends Streams {
  status: 0 | 1;
}

/** An input that cannot be used, one line a problem; ends the run with status 2. Holds no secret. Spec: CL */
export class InputFault extends Error {
  override readonly name = 'InputFault';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Writes text and waits while the reader is slower than we are. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
