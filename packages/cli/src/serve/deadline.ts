/** The answer of something that the host was asked, or `unavailable` where it fails or takes too long. */
export function within<T>(longestMs: number, ask: () => Promise<T>): Promise<T | 'unavailable'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('unavailable'), longestMs);
    // What comes too late is dropped: the promise has its answer by then.
    const settle = (answer: T | 'unavailable'): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    new Promise<T>((begin) => begin(ask())).then(settle, () => settle('unavailable'));
  });
}
