import type { PortName } from './engine.ts';

/**
 * Calls of ports: how many may be under way, and how long each may take. Whoever begins one is told its answer, or
 * `unavailable` where it fails, takes too long, or may not begin because too many are under way; once. Spec: ST-5
 */
export interface Gate {
  /** Lets a call begin that ends within so many ms, or a tenth of them less; null where it may not. */
  begin<T>(port: PortName, withinMs: number, told: (answer: T | 'unavailable') => void): Call<T> | null;
}

/** A call under way; what it hears after its end is dropped. */
export interface Call<T> {
  answer(answer: T): void;
  fail(): void;
}

/** Into how many ticks a deadline is divided: one timer a tick serves all calls under way. */
const ticks = 10;

/** What all calls of a gate share. */
interface Count {
  underWay: number;
  readonly portFailed: (port: PortName) => void;
}

/**
 * The calls of one deadline. A timer for each call would cost more than a look-up in memory, so one timer ticks for
 * all, while any is under way.
 */
class Line {
  readonly #tickMs: number;
  readonly count: Count;
  oldest: Waiting<never> | null = null;
  newest: Waiting<never> | null = null;
  tickNow = 0;
  #ticking = false;

  constructor(withinMs: number, count: Count) {
    this.#tickMs = withinMs / ticks;
    this.count = count;
  }

  wind(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      this.tickNow++;
      let call = this.oldest;
      for (; call !== null && this.tickNow - call.beganAtTick >= ticks; call = this.oldest) call.fail();
      this.#ticking = false;
      if (this.oldest !== null) this.wind();
    }, this.#tickMs);
  }
}

/**
 * One call under way, linked to those of the same deadline that began before and after it: a list that a finished
 * call leaves at once keeps nothing from being freed.
 */
class Waiting<T> implements Call<T> {
  readonly #line: Line;
  readonly #port: PortName;
  readonly #told: (answer: T | 'unavailable') => void;
  readonly beganAtTick: number;
  before: Waiting<never> | null;
  after: Waiting<never> | null = null;
  #open = true;

  constructor(line: Line, port: PortName, told: (answer: T | 'unavailable') => void) {
    this.#line = line;
    this.#port = port;
    this.#told = told;
    this.beganAtTick = line.tickNow;
    this.before = line.newest;
    if (line.newest === null) line.oldest = this;
    else line.newest.after = this;
    line.newest = this;
    line.count.underWay++;
    line.wind();
  }

  answer(answer: T): void {
    if (this.#leave()) this.#told(answer);
  }

  fail(): void {
    if (!this.#leave()) return;
    this.#line.count.portFailed(this.#port);
    this.#told('unavailable');
  }

  #leave(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    if (this.before === null) this.#line.oldest = this.after;
    else this.before.after = this.after;
    if (this.after === null) this.#line.newest = this.before;
    else this.after.before = this.before;
    this.#line.count.underWay--;
    return true;
  }
}

/** A gate for at most `maximum` calls at once; `portFailed` hears of each that ends in `unavailable`. Spec: ST-5 */
export function openGate(maximum: number, portFailed: (port: PortName) => void = () => {}): Gate {
  const count: Count = { underWay: 0, portFailed };
  const lines = new Map<number, Line>();
  return {
    begin(port, withinMs, told) {
      if (count.underWay >= maximum) {
        portFailed(port);
        told('unavailable');
        return null;
      }
      const line = lines.get(withinMs) ?? new Line(withinMs, count);
      lines.set(withinMs, line);
      return new Waiting(line, port, told);
    },
  };
}

/** Tells an observer: what it throws is its own affair, no decision depends on it. */
export function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Nobody is there to hear of it.
  }
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
