// A worker of scale-billion: makes ids as tokens have them and counts where the sharding key puts each.
import { parentPort, workerData } from 'node:worker_threads';

const digits = Uint8Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (digit) =>
  digit.charCodeAt(0),
);
const five = 62 ** 5;
const most = Math.floor(2 ** 32 / five) * five;

/** CRC-16 (XMODEM), which Redis Cluster and the store spread keys by. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 0x8000) === 0 ? rest << 1 : (rest << 1) ^ 0x1021;
  return rest & 0xffff;
});

/** A stream of random words (xoshiro128**), the same for the same seed. @param {number} seed */
function randomWords(seed) {
  let [a, b, c, d] = [seed | 1, seed ^ 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  const next = () => {
    const word = Math.imul(b, 5);
    const turned = Math.imul((word << 7) | (word >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return turned >>> 0;
  };
  for (let times = 0; times < 64; times++) next();
  return next;
}

/**
 * How often each CRC-16 comes up among so many ids, and each of 4,096 ranges of another hash of the id, as databases
 * that distribute rows by a hash of the key use one.
 *
 * @param {number} count @param {number} seed
 */
export function placed(count, seed) {
  const next = randomWords(seed);
  const byCrc = new Uint32Array(65_536);
  const byHash = new Uint32Array(4096);
  for (let number = 0; number < count; number++) {
    let crc = 0;
    let hash = 0x811c9dc5;
    for (let group = 0; group < 4; group++) {
      // Numbers that would favour some digits are drawn again, as for real ids.
      let word = next();
      while (word >= most) word = next();
      for (let place = group === 3 ? 4 : 0; place < 5; place++) {
        const code = /** @type {number} */ (digits[word % 62]);
        word = Math.floor(word / 62);
        crc = ((crc << 8) & 0xffff) ^ /** @type {number} */ (table[(crc >> 8) ^ code]);
        hash = Math.imul(hash ^ code, 0x01000193);
      }
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash ^= hash >>> 13;
    byCrc[crc] = /** @type {number} */ (byCrc[crc]) + 1;
    byHash[hash >>> 20] = /** @type {number} */ (byHash[hash >>> 20]) + 1;
  }
  return { byCrc, byHash };
}

/** CRC-16 of a text. @param {string} text */
export function crc16(text) {
  let rest = 0;
  for (const byte of Buffer.from(text))
    rest = ((rest << 8) & 0xffff) ^ /** @type {number} */ (table[(rest >> 8) ^ byte]);
  return rest;
}

if (parentPort !== null) parentPort.postMessage(placed(workerData.count, workerData.seed));
