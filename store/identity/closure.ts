import { readDecisions } from './decisions.ts'
import { type Key, keyName, MOST_SHARING } from './evidence.ts'
import type { Decision } from './partition.ts'
import {
  type Holder,
  type IdentityRow,
  linkingKeys,
  readHolders,
  readIdentities,
  type Scope,
  type Sought,
} from './rows.ts'

/** A key that contacts got or lost just now. */
export interface Touched {
  readonly key: Key
  readonly added: number
  readonly removed: number
}

/** Where to look from. */
export interface Seeds {
  readonly rows: readonly IdentityRow[]
  /** Customers that lost a contact. */
  readonly customerIds?: readonly string[]
  readonly touched?: readonly Touched[]
}

/** All that decides about some contacts: nothing outside of it has a part in whose they are. */
export interface Closure {
  readonly rows: ReadonlyMap<string, IdentityRow>
  readonly decisions: readonly Decision[]
  /** Keys, by `keyName`, that too many share. */
  readonly crowded: ReadonlySet<string>
}

/**
 * Gathers everybody whom contacts could be one person with: by keys, by decisions, and as they are grouped now; and so on
 * from those. Who is alone takes one round of three statements, however many they are.
 *
 * Over a key that too many share nobody is reached, unless it has just come to be so, or ceased to be: then all who hold
 * it are concerned.
 */
export async function gather(scope: Scope, { rows: from, customerIds = [], touched = [] }: Seeds): Promise<Closure> {
  const rows = new Map<string, IdentityRow>()
  const decisions = new Map<string, Decision>()
  const crowded = new Set<string>()
  const asked = new Set<string>()
  const isNew = (name: string): boolean => !asked.has(name) && asked.add(name).has(name)
  const take = (found: readonly IdentityRow[]): readonly IdentityRow[] =>
    found.filter((row) => !rows.has(row.contactId) && rows.set(row.contactId, row).has(row.contactId))

  const changes = new Map(touched.map((each) => [keyName(each.key), each]))
  let sought: Sought[] = touched
    .filter(({ key }) => isNew(keyName(key)))
    .map(({ key, added }) => ({ key, most: MOST_SHARING + 1 + added }))
  let customers = customerIds.filter(isNew)
  let fresh = take(from)
  do {
    const contacts: string[] = []
    const freshIds = fresh.map(({ contactId }) => contactId)
    for (const decision of await readDecisions(scope, freshIds)) {
      decisions.set(decision.id, decision)
      contacts.push(decision.contactId, decision.otherId)
    }
    customers.push(...fresh.map(({ customerId }) => customerId).filter(isNew))
    const keys = fresh.flatMap(linkingKeys).filter((key) => isNew(keyName(key)))
    sought.push(...keys.map((key) => ({ key, most: MOST_SHARING + 1 })))
    const contactIds = contacts.filter((id) => !rows.has(id))
    const members = await readIdentities(scope, { contactIds, customerIds: customers })
    const holders = judge(sought, await readHolders(scope, sought), { changes, crowded })
    fresh = take([...members, ...holders])
    sought = []
    customers = []
  } while (fresh.length > 0)
  return { rows, decisions: [...decisions.values()], crowded }
}

/** Of the holders of keys, those who matter; and which keys too many share. */
function judge(
  sought: readonly Sought[],
  found: readonly Holder[],
  { changes, crowded }: { changes: ReadonlyMap<string, Touched>; crowded: Set<string> },
): readonly IdentityRow[] {
  const byKey = Map.groupBy(found, keyName)
  return sought.flatMap(({ key, most }) => {
    const name = keyName(key)
    const holders = byKey.get(name) ?? []
    if (holders.length <= MOST_SHARING) return holders
    crowded.add(name)
    const { added, removed } = changes.get(name) ?? { added: 0, removed: 0 }
    // As many as were asked for may be but a part of them all: then there were too many before, too.
    const wasCrowded = holders.length === most || holders.length - added + removed > MOST_SHARING
    return wasCrowded ? [] : holders
  })
}
