// Starts a workerd.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts workerd with workers, each on a port of its own. A worker is a file of the scratch folder, with bindings that
 * are texts. No compatibility flag is set: a worker gets nothing of Node.
 *
 * @param {import('./install.mjs').Runtimes} runtimes
 * @param {Readonly<Record<string, Readonly<Record<string, string>>>>} workers The bindings of each worker.
 */
export async function startWorkerd({ scratch, program }, workers) {
  const names = Object.keys(workers);
  const services = Object.entries(workers).map(([name, bindings]) => {
    const bound = Object.entries(bindings).map(([key, text]) => `(name = "${key}", text = "${text}")`);
    return `(name = "${name}", worker = (modules = [(name = "worker", esModule = embed "${name}.mjs")],
      compatibilityDate = "2026-01-01", globalOutbound = "net", bindings = [${bound.join(', ')}]))`;
  });
  const sockets = names.map(
    (name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`,
  );
  const config = path.join(scratch, `${names.join('-')}.capnp`);
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "net", network = (allow = ["public", "private"])),
    ${services.join(',\n    ')} ],
  sockets = [
    ${sockets.join(',\n    ')} ]
);
`,
  );
  const child = spawn(program('workerd'), ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  /** @type {Map<string, number>} */
  const ports = new Map();
  const control = createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdio[3]) });
  for await (const line of control) {
    const { socket, port } = JSON.parse(line);
    if (socket !== undefined) ports.set(socket, port);
    if (ports.size === names.length) break;
  }
  if (ports.size < names.length) throw new Error('workerd ended before it listened');
  return {
    /** @param {string} name */
    port: (name) => /** @type {number} */ (ports.get(name)),
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
