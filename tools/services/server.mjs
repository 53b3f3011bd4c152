// One shape for every server of the tests: started once, then killed, paused and restarted at will.
import { setTimeout as sleep } from 'node:timers/promises';
import { EarlyExit, removeFolder } from './process.mjs';

/**
 * @typedef {object} Server A real server that belongs to the tests alone.
 * @property {string} url Where it is, with user and password if it has them.
 * @property {string} log The file with its output.
 * @property {() => number} pid
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill Ends it by a signal, SIGKILL unless told, and waits for its end.
 * @property {() => Promise<void>} restart Ends it if it runs, and starts it again on the same port and data.
 * @property {() => void} pause Freezes it: connections stay open, and nothing is answered (SIGSTOP).
 * @property {() => void} resume Lets it go on.
 * @property {() => Promise<void>} stop Ends it for good and deletes its folder.
 */

/**
 * Starts a server and gives it the common shape.
 *
 * @param {{ url: string, folder: string, endSignal: NodeJS.Signals, start: () => Promise<import('./process.mjs').Running> }} parts
 * @returns {Promise<Server>}
 */
export async function serverOf({ url, folder, endSignal, start }) {
  let running = await start();
  /** Children of a killed server may hold its port or memory a little longer than itself. */
  const startAgain = async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await start();
      } catch (error) {
        if (!(error instanceof EarlyExit) || attempt === 50) throw error;
        await sleep(100);
      }
    }
  };
  return {
    url,
    log: running.log,
    pid: () => running.pid,
    kill: (signal = 'SIGKILL') => running.stop(signal),
    async restart() {
      await running.stop(endSignal);
      running = await startAgain();
    },
    pause: () => running.pause(),
    resume: () => running.resume(),
    async stop() {
      await running.stop(endSignal);
      removeFolder(folder);
    },
  };
}
