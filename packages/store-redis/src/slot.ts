/** How many slots a cluster has. */
export const slotCount = 16_384;

const table = /* @__PURE__ */ Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 0x8000) === 0 ? rest << 1 : (rest << 1) ^ 0x1021;
  return rest & 0xffff;
});

/** CRC-16 (XMODEM) of a text's UTF-8 bytes: what Redis Cluster spreads keys by. */
export function crc16(text: string): number {
  let rest = 0;
  for (const byte of Buffer.from(text)) rest = ((rest << 8) & 0xffff) ^ (table[(rest >> 8) ^ byte] ?? 0);
  return rest;
}

/** The slot of a key: that of its hash tag where it has one. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return crc16(close > open + 1 ? key.slice(open + 1, close) : key) % slotCount;
}

/**
 * One hash tag for each shard, so chosen that the shards lie evenly over the slots: a cluster gives each server a
 * stretch of slots, and tags drawn blindly would load one of them with a fifth more than another. The tag `0` is always among them.
 */
export function evenTags(shards: number): readonly string[] {
  const tags: string[] = [];
  for (let candidate = 0, left = shards; left > 0; candidate++) {
    const shard = Math.floor((slotOf(`${candidate}`) * shards) / slotCount);
    if (tags[shard] !== undefined) continue;
    tags[shard] = `${candidate}`;
    left--;
  }
  return tags;
}
