import { it } from 'vitest';
import { subtractRanges } from '../src/net/ranges.ts';
it('m', () => {
  for (const n of [100, 1000, 10000]) {
    const six = Array.from({ length: n }, () => Array.from({length:8},()=>Math.floor(Math.random()*65536).toString(16)).join(':')).filter(t=>!t.startsWith('0:'));
    let t = performance.now();
    const r = subtractRanges(['::/0'], six);
    console.log('v6', n, r.length, performance.now() - t);
    const four = Array.from({ length: n*10 }, () => Array.from({length:4},()=>Math.floor(Math.random()*256)).join('.'));
    t = performance.now();
    console.log('v4', n*10, subtractRanges(['0.0.0.0/0'], four).length, performance.now() - t);
  }
}, 120000);
