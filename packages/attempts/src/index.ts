export { attemptLimiter, memoryAttempts, type AttemptLimit } from './limiter.ts';
