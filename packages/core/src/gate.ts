/** Calls under way: how many, and how long each may still take. Spec: ST-5 */
export interface Gate {
  /**
   * Lets a call begin, or answers null where too many are under way. `late` is called once if the call is not
   * finished in time; the finisher answers false where it already was too late.
   */
  begin(withinMs: number, late: () => void): (() => boolean) | null;
}

/** A gate for at most `maximum` calls at once. Spec: ST-5 */
export function openGate(maximum: number): Gate {
  let underWay = 0;
  return {
    begin(withinMs, late) {
      if (underWay >= maximum) return null;
      underWay++;
      let open = true;
      const finish = (): boolean => {
        if (!open) return false;
        open = false;
        underWay--;
        clearTimeout(timer);
        return true;
      };
      const timer = setTimeout(() => {
        if (finish()) late();
      }, withinMs);
      return finish;
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
