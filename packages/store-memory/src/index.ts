export { type MemoryStore, memoryStore } from './store.ts';
