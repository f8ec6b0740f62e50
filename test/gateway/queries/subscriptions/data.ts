/** A value, none, or a failure to tell it. */
type Told<T> = T | null | (() => never)

/** Who speaks in a call. Invented. */
export interface Party {
  readonly __typename: 'Agent' | 'Customer'
  readonly id: string
  readonly name: Told<string>
  readonly grade?: number | null
  readonly manager?: Party | null
  readonly company?: string | null
}

/** A call, as an event tells of it. */
export interface Call {
  readonly __typename: 'Call'
  readonly id: string
  readonly seconds: number
  readonly line: Told<string>
  readonly agent: Party | null
  readonly caller: Party | null
  readonly parties: Told<readonly (Party | null)[]>
}

/** What the oracle knows of a call besides. */
interface CallAsWhole {
  price(): number | null
  summary(): string
}

const fail = (): never => {
  throw new Error('not to be told')
}

const ann: Party = { __typename: 'Agent', id: 'a1', name: 'Ann', grade: 3, manager: null }
const bob: Party = { __typename: 'Agent', id: 'a2', name: fail, grade: 1, manager: ann }
/** Of whom calls know, and nobody else. */
const stranger: Party = { __typename: 'Agent', id: 'a3', name: null, grade: null, manager: null }
const cyd: Party = { __typename: 'Agent', id: 'a4', name: 'Cyd', grade: null, manager: bob }
const kim: Party = { __typename: 'Customer', id: 'k1', name: 'Kim', company: 'Kiosk' }
const lee: Party = { __typename: 'Customer', id: 'k2', name: fail, company: null }

const everybody: readonly Party[] = [ann, bob, stranger, cyd, kim, lee]

/** The agent or customer of a key; null for the stranger. */
export function findParty({ id }: { readonly id: string }): Party | null {
  return everybody.find((party) => party.id === id && party !== stranger) ?? null
}

/** What pricing and summing up need of a call. */
export type Priced = Pick<Call, 'id' | 'seconds' | 'agent' | 'caller'>

/** What a call costs; null when its agent has no grade. Fails for one call. */
export function priceOf({ seconds, agent }: Priced): number | null {
  if (seconds === 13) throw new Error('no tariff')
  return agent?.grade == null ? null : seconds * agent.grade
}

/** Whose call it is. Fails for the other kind of caller. */
export function summaryOf({ id, caller }: Priced): string {
  if (caller?.__typename === 'Agent') throw new Error('no customer')
  return `${id} of ${caller === null ? 'nobody' : (caller.company ?? 'no company')}`
}

const WHOLE: Call = {
  __typename: 'Call',
  id: 'c0',
  seconds: 60,
  line: 'main',
  agent: ann,
  caller: kim,
  parties: [ann, kim],
}

const call = (id: string, given: Partial<Call>): Call & CallAsWhole => {
  const told: Call = { ...WHOLE, ...given, id }
  return { ...told, price: () => priceOf(told), summary: () => summaryOf(told) }
}

/** Calls that are whole, and that fail or miss something at every depth. */
export const calls: readonly (Call & CallAsWhole)[] = [
  call('c1', {}),
  call('c2', { agent: bob, caller: lee, parties: [lee, null, bob, lee] }),
  call('c3', { agent: cyd, caller: null, parties: [] }),
  call('c4', { seconds: 13, agent: cyd, parties: null }),
  call('c5', { agent: null, caller: ann, parties: fail }),
  call('c6', { line: null, parties: [stranger, cyd, ann] }),
  call('c7', { line: fail }),
  call('c8', { agent: stranger }),
  call('c1', { seconds: 90, agent: cyd }),
]

const note = { __typename: 'Note', id: 'n1', text: 'called back', author: bob }

/** A field of an event: calls, nothing, and a failure. */
const CHANGES = [...calls.slice(0, 4), null, fail, ...calls.slice(4)]

async function* tell(field: string, values: readonly unknown[]): AsyncGenerator<object> {
  for (const value of values) yield { [field]: value }
}

/** The streams: each tells its events as soon as somebody subscribes, and ends. */
export const streams = {
  callChanged: ({ seconds, ids }: { readonly seconds?: number | null; readonly ids: readonly string[] | null }) =>
    tell(
      'callChanged',
      CHANGES.filter(
        (change) =>
          change === null ||
          typeof change === 'function' ||
          (change.seconds >= (seconds ?? 0) && (ids === null || ids.includes(change.id))),
      ),
    ),
  callTold: () => tell('callTold', CHANGES),
  callsWaiting: () => tell('callsWaiting', [calls, [], [calls[1], null, calls[1]], null, calls.slice(0, 2), fail]),
  happened: () => tell('happened', [note, calls[1], null, { ...note, author: stranger }, fail, calls[5]]),
  joined: () => tell('joined', [kim, bob, fail, stranger, lee, null, cyd]),
  waiting: () => tell('waiting', [0, fail, 2]),
}
