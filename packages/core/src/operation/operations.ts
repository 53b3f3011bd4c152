import type { SubjectId, TokenId } from '../token/record.ts';
import type { Actor } from './actor.ts';
import { type AuditRequest, listAudit } from './audit.ts';
import { type ImpactRequest, impactOfDocument } from './impact.ts';
import { type IssueRequest, issueToken } from './issue.ts';
import { type ListRequest, listTokens, showToken } from './list.ts';
import { purgeTokens } from './purge.ts';
import { relabelToken, revokeToken, revokeTokensOf } from './revoke.ts';
import { type RotateRequest, rotateToken } from './rotate.ts';
import type { Judge } from './step.ts';

/** The operations that are judged by the policy, each as a call. A new one is added here and has no other way in. */
export const operationsBy = (judge: Judge) => ({
  tokens: {
    issue: (by: Actor, request: IssueRequest) => judge((context) => issueToken(by, request, context)),
    show: (by: Actor, id: TokenId) => judge((context) => showToken(by, id, context)),
    list: (by: Actor, request: ListRequest = {}) => judge((context) => listTokens(by, request, context)),
    relabel: (by: Actor, id: TokenId, label: string) =>
      judge((context) => relabelToken(by, id, label, context)),
    revoke: (by: Actor, id: TokenId) => judge((context) => revokeToken(by, id, context)),
    revokeAll: (by: Actor, subject: SubjectId) => judge((context) => revokeTokensOf(by, subject, context)),
    rotate: (by: Actor, id: TokenId, request: RotateRequest = {}) =>
      judge((context) => rotateToken(by, id, request, context)),
    purge: (by: Actor, request: { readonly retentionMs: number }) =>
      judge((context) => purgeTokens(by, request, context)),
  },
  audit: {
    list: (by: Actor, request: AuditRequest = {}) => judge((context) => listAudit(by, request, context)),
  },
  impact: (by: Actor, document: unknown, request: ImpactRequest = {}) =>
    judge((context) => impactOfDocument(by, document, request, context)),
});
