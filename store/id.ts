import { hash } from 'node:crypto'
import type { Kind } from './kinds.ts'

/** Kinds of things that have a global id: mirrored records, and what the product itself keeps. */
export type NodeKind =
  | Kind
  | 'customer'
  | 'integration'
  | 'activity'
  | 'delivery'
  | 'workspace'
  | 'member'
  | 'bulkJob'
  | 'send'
  | 'webhookEndpoint'

const NODE_KINDS: ReadonlySet<string> = new Set<NodeKind>([
  'agent',
  'team',
  'tag',
  'company',
  'contact',
  'conversation',
  'ticket',
  'message',
  'rating',
  'definition',
  'timeEntry',
  'customer',
  'integration',
  'activity',
  'delivery',
  'workspace',
  'member',
  'bulkJob',
  'send',
  'webhookEndpoint',
])

const isNodeKind = (text: string): text is NodeKind => NODE_KINDS.has(text)

/**
 * The row id of a provider's record: a UUID derived from where the record comes from.
 *
 * Because it is derived, a conversation can name its contact before the contact was ever read, and records may be
 * stored in any order. Layout: RFC 9562 version 8, from SHA-256.
 */
export function rowId(integrationId: string, kind: Kind, remoteId: string): string {
  const hex = hash('sha256', `${integrationId}\0${kind}\0${remoteId}`, 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}

/** The global id that clients see: the kind, and the row's UUID in 22 letters. */
export function toNodeId(kind: NodeKind, uuid: string): string {
  return `${kind}_${Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')}`
}

/** Reads a global id; null when it is none of ours. */
export function fromNodeId(id: string): { readonly kind: NodeKind; readonly uuid: string } | null {
  const split = id.indexOf('_')
  const kind = id.slice(0, split)
  const rest = id.slice(split + 1)
  if (split < 0 || !isNodeKind(kind) || !/^[A-Za-z0-9_-]{21}[AQgw]$/.test(rest)) return null
  const hex = Buffer.from(rest, 'base64url').toString('hex')
  return {
    kind,
    uuid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  }
}
