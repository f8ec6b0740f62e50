import type { Change } from '../../store/change.ts'
import type { Kind } from '../../store/kinds.ts'

/** Remote ids of the upserts of one kind. */
export const upserted = (changes: readonly Change[], kind: Kind): string[] =>
  changes.filter((change) => change.op === 'upsert' && change.kind === kind).map(({ remoteId }) => remoteId)

/** Sorted and each once, to compare as sets. */
export const asSet = (ids: readonly string[]): string[] => [...new Set(ids)].sort()

/**
 * What is wrong with changes, by what the store is promised: ids that are words, null for what is absent, real dates,
 * native JSON, and a message in exactly one thread.
 */
export function faultsIn(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => faultsOf(change).map((fault) => `${change.kind} ${change.remoteId}: ${fault}`))
}

function faultsOf(change: Change): string[] {
  const faults = isId(change.remoteId) ? [] : [`remote id ${JSON.stringify(change.remoteId)}`]
  if (change.op === 'delete') return faults
  if (change.version !== null && Number.isNaN(change.version.getTime())) faults.push('version is no date')
  for (const [name, value] of Object.entries(change.fields)) {
    if (name.endsWith('RemoteId') && value !== null && !isId(value)) faults.push(`${name} is ${JSON.stringify(value)}`)
    if (name.endsWith('RemoteIds') && !(Array.isArray(value) && value.every(isId))) faults.push(`${name} holds no ids`)
    if (name.endsWith('At') && value !== null && !isDate(value)) faults.push(`${name} is no date`)
    if (value === undefined || Number.isNaN(value)) faults.push(`${name} is ${String(value)}`)
  }
  if (JSON.stringify(JSON.parse(JSON.stringify(change.native))) !== JSON.stringify(change.native))
    faults.push('native is no JSON')
  if (change.kind === 'message' || change.kind === 'rating') {
    const { conversationRemoteId, ticketRemoteId } = change.fields
    if ((conversationRemoteId === null) === (ticketRemoteId === null)) faults.push('stands in no thread, or in two')
  }
  return faults
}

const isId = (value: unknown): boolean => typeof value === 'string' && value !== '' && value !== '0' && value !== 'null'
const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime())
