export type { RedisClient } from './client.ts';
export { StoreError, type StoreErrorKind } from './error.ts';
export type { IoredisClient } from './ioredis.ts';
export type { NodeRedisClient, NodeRedisCluster } from './noderedis.ts';
export { type RedisStore, type RedisStoreOptions, redisStore } from './store.ts';
