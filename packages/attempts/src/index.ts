export { type AttemptLimit, attemptLimiter, memoryAttempts } from './limiter.ts';
