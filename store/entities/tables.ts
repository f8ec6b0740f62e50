import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Settings } from '../account.ts'
import type { WorkspaceRole } from '../viewer.ts'

/** Our customers. */
export const WorkspaceEntity = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    createdAt: p.datetime(),
  },
})

/** People of a workspace. */
export const MemberEntity = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    email: p.text(),
    name: p.text(),
    role: p.text().$type<WorkspaceRole>(),
    createdAt: p.datetime(),
  },
  uniques: [{ properties: ['workspaceId', 'email'] }],
})

/** API tokens; the secret only as its hash. */
export const TokenEntity = defineEntity({
  name: 'Token',
  tableName: 'token',
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    memberId: p.uuid(),
    name: p.text(),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
})

/** Accounts of workspaces at providers. */
export const IntegrationEntity = defineEntity({
  name: 'Integration',
  tableName: 'integration',
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    provider: p.text(),
    name: p.text(),
    accountId: p.text().nullable(),
    accountName: p.text().nullable(),
    settings: p.json<Settings>(),
    status: p.text().$type<'ACTIVE' | 'NEEDS_RECONNECT' | 'DISCONNECTED'>(),
    statusReason: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})

/** Attempts to bring one stream up to date. */
export const SyncRunEntity = defineEntity({
  name: 'SyncRun',
  tableName: 'sync_run',
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    integrationId: p.uuid(),
    stream: p.text(),
    kind: p.text().$type<'FULL' | 'INCREMENTAL'>(),
    status: p.text().$type<'RUNNING' | 'DONE' | 'FAILED' | 'STOPPED'>(),
    read: p.integer(),
    changed: p.integer(),
    total: p.integer().nullable(),
    error: p.text().nullable(),
    startedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    unanswered: p.integer(),
    retryAt: p.datetime().nullable(),
  },
})

/** Every entity of the control plane. */
export const ENTITIES = [WorkspaceEntity, MemberEntity, TokenEntity, IntegrationEntity, SyncRunEntity] as const
