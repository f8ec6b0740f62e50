import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Change, Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'

/** Those of some changes that come out otherwise, or not at all, when they are mapped again from what is kept of them. */
export function notMappedAgain({ remap }: Connector, changes: readonly Change[]): Change[] {
  return changes.filter((change) => {
    if (change.op === 'delete') return false
    const { kind, remoteId, version, native, beside = null, fidelity = 'whole' } = change
    const kept = { remoteId, version, native: asKept(native), beside: asKept(beside), fidelity }
    const again = remap[kind]?.(kept).find((each) => each.kind === kind && each.remoteId === remoteId)
    return again?.op !== 'upsert' || comparable({ ...again, fidelity }) !== comparable(change)
  })
}

/** Text that is the same where the rows are. */
const comparable = ({ beside = null, fidelity = 'whole', ...change }: Extract<Change, Upsert>): string =>
  JSON.stringify(asKept(JSON.parse(JSON.stringify({ ...change, beside, fidelity }))))

/** JSON as it comes back from the database, which has an order of its own for the names in a record. */
function asKept(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(asKept)
  const entries = Object.entries(value).toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, asKept(each)]))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

/** A connector whose actions note what they answer. */
export function noting(connector: Connector, answered: Change[]): Connector {
  const actions: Actions = new Proxy(connector.actions, {
    get(target, name) {
      const action: unknown = Reflect.get(target, name)
      if (typeof action !== 'function') return action
      return async (...given: unknown[]) => {
        const outcome: Awaited<ReturnType<NonNullable<Actions['reply']>>> = await action(...given)
        answered.push(...outcome.changes)
        return outcome
      }
    },
  })
  return { ...connector, actions }
}
