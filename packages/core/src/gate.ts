/** Calls under way: how many, and how long each may still take. Spec: ST-5 */
export interface Gate {
  /**
   * Lets a call begin, or answers null where too many are under way. `late` is called once if the call is not
   * finished within the time, at most a tenth of it early; the finisher answers false where it already was.
   */
  begin(withinMs: number, late: () => void): (() => boolean) | null;
}

/** Into how many ticks a deadline is divided: one timer a tick serves all calls under way. */
const ticks = 10;

/** One call under way, linked to those that began before and after it. */
interface Waiting {
  readonly late: () => void;
  readonly beganAtTick: number;
  before: Waiting | null;
  after: Waiting | null;
  open: boolean;
}

/**
 * Deadlines of one length. A timer for each call would cost more than a look-up in memory, so one timer ticks
 * for all, while any is under way. A list that a finished call leaves at once keeps nothing from being freed.
 */
function deadlines(withinMs: number) {
  let oldest: Waiting | null = null;
  let newest: Waiting | null = null;
  let tickNow = 0;
  let ticking = false;
  const finish = (call: Waiting): boolean => {
    if (!call.open) return false;
    call.open = false;
    if (call.before === null) oldest = call.after;
    else call.before.after = call.after;
    if (call.after === null) newest = call.before;
    else call.after.before = call.before;
    return true;
  };
  const tick = (): void => {
    tickNow++;
    for (let call = oldest; call !== null && tickNow - call.beganAtTick >= ticks; call = oldest) {
      finish(call);
      call.late();
    }
    ticking = oldest !== null;
    if (ticking) setTimeout(tick, withinMs / ticks);
  };
  const begin = (late: () => void): Waiting => {
    const call: Waiting = { late, beganAtTick: tickNow, before: newest, after: null, open: true };
    if (newest === null) oldest = call;
    else newest.after = call;
    newest = call;
    if (!ticking) {
      ticking = true;
      setTimeout(tick, withinMs / ticks);
    }
    return call;
  };
  return { begin, finish };
}

/** A gate for at most `maximum` calls at once. Spec: ST-5 */
export function openGate(maximum: number): Gate {
  const byLength = new Map<number, ReturnType<typeof deadlines>>();
  let underWay = 0;
  const deadlinesOf = (withinMs: number): ReturnType<typeof deadlines> => {
    const known = byLength.get(withinMs);
    if (known !== undefined) return known;
    const made = deadlines(withinMs);
    byLength.set(withinMs, made);
    return made;
  };
  return {
    begin(withinMs, late) {
      if (underWay >= maximum) return null;
      underWay++;
      const { begin, finish } = deadlinesOf(withinMs);
      const call = begin(() => {
        underWay--;
        late();
      });
      return () => {
        if (!finish(call)) return false;
        underWay--;
        return true;
      };
    },
  };
}

/** A timer that is set once and runs once; it keeps no finished process alive. */
export interface Alarm {
  /** Sets it, unless it is set. */
  arm(): void;
  disarm(): void;
}

/** An alarm that calls `ring` some time after it was set. */
export function alarm(afterMs: number, ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    arm() {
      if (timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        ring();
      }, afterMs);
      // Browsers and Workers give a number here, and have no process to keep alive.
      if (typeof timer === 'object') timer.unref();
    },
    disarm() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
