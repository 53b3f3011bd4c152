import type { AuditEvent, AuditLog, AuditQuery } from '@latchkey/core';

/** The log, and the synchronous way into it for the other ports: an event stands with its operation. */
export interface MemoryLog {
  readonly port: AuditLog;
  write(event: AuditEvent): void;
}

const idsOf = (event: AuditEvent): readonly (string | null)[] => {
  switch (event.kind) {
    case 'tokens-purged':
      return event.tokenIds;
    case 'token-rotated':
      return [event.tokenId, event.replacedBy];
    case 'token-issued':
    case 'token-relabelled':
    case 'token-revoked':
      return [event.tokenId];
    case 'settings-changed':
      return [];
    case 'request-accepted':
    case 'request-refused':
    case 'request-deferred':
      return [event.actorTokenId];
  }
};

const matches = (event: AuditEvent, { kind, actor, tokenId, at }: AuditQuery): boolean =>
  (kind === undefined || event.kind === kind) &&
  (actor === undefined || event.actor === actor) &&
  (tokenId === undefined || idsOf(event).includes(tokenId)) &&
  (at?.from === undefined || event.at >= at.from) &&
  (at?.before === undefined || event.at < at.before);

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
          if (event === undefined || !matches(event, query)) continue;
          if (found.length === query.limit) break;
          found.push({ position: String(place).padStart(16, '0'), event: structuredClone(event) });
        }
        return found;
      },
    },
  };
}
