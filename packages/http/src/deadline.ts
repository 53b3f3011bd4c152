/** The answer of a port, or `unavailable` where it fails or takes longer than some milliseconds. Spec: ST-5 */
export function within<T>(deadlineMs: number, ask: () => Promise<T> | T): Promise<T | 'unavailable'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('unavailable'), deadlineMs);
    const settle = (answer: T | 'unavailable'): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    try {
      Promise.resolve(ask()).then(settle, () => settle('unavailable'));
    } catch {
      settle('unavailable');
    }
  });
}
