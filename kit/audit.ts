import type { Change, FailedRecord } from '../store/change.ts'
import type { Kind } from '../store/kinds.ts'
import type { AuditPage, Listed } from './contract.ts'

/**
 * What a list of whole records shows: what each became, and those that could not be read. A record that was deleted, or is none of the stream's, has no row of the kind in it.
 */
export function toListed(
  kind: Kind,
  read: { readonly records: readonly (readonly Change[])[]; readonly failed: readonly FailedRecord[] },
): Pick<AuditPage, 'listed' | 'nameless'> {
  const whole = read.records.flatMap((changes): Listed[] => {
    const own = changes.find((change) => change.op === 'upsert' && change.kind === kind)
    return own?.op === 'upsert' ? [{ remoteId: own.remoteId, version: own.version, changes }] : []
  })
  return withOdd(whole, read.failed)
}

/** Adds what could not be read: it is there all the same. */
export function withOdd(
  listed: readonly Listed[],
  failed: readonly FailedRecord[],
): Pick<AuditPage, 'listed' | 'nameless'> {
  const odd = failed.flatMap(({ remoteId }): Listed[] =>
    remoteId === null ? [] : [{ remoteId, version: null, changes: null }],
  )
  return { listed: [...listed, ...odd], nameless: failed.length - odd.length }
}
