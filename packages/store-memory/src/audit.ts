import { type AuditEvent, type AuditLog, isEventWanted } from '@latchkey/core';

/** The log, and the synchronous way into it for the other ports: an event stands with its operation. */
export interface MemoryLog {
  readonly port: AuditLog;
  write(event: AuditEvent): void;
}

/** An append-only log; a position is the place in it, padded so that text compares like numbers. Spec: TK-7 */
export function auditLog(): MemoryLog {
  const events: AuditEvent[] = [];
  const write = (event: AuditEvent): void => void events.push(structuredClone(event));
  return {
    write,
    port: {
      async append(batch) {
        for (const event of batch) write(event);
      },
      async list(query) {
        const found = [];
        for (
          let place = query.after === null ? events.length - 1 : Number(query.after) - 1;
          place >= 0;
          place--
        ) {
          const event = events[place];
          if (event === undefined || !isEventWanted(event, query)) continue;
          if (found.length === query.limit) break;
          found.push({ position: String(place).padStart(16, '0'), event: structuredClone(event) });
        }
        return found;
      },
    },
  };
}
