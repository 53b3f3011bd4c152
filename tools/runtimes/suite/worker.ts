// Core is loaded at the start of the worker, as an application loads it, and not in a request.
import '../../../packages/core/src/index.ts';
import { runSuite, told } from './run.ts';

/** A worker that runs the tests in one request; the answer has the lines of the program. */
export default {
  fetch(): Response {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = (value: unknown): Promise<void> =>
      writer.write(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
    const run = async (): Promise<void> => {
      await write(told());
      await runSuite(write);
      await writer.close();
    };
    run().catch((error: unknown) => writer.abort(error));
    return new Response(readable);
  },
};
