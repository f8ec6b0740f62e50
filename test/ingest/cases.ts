import { z } from 'zod'
import type { Connector } from '../../kit/contract.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import { receiver } from '../../kit/wire.ts'
import type { Change, Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { at, upsert } from '../store/records.ts'
import { fakeConnector } from './fake-connector.ts'

const wireCase = z.looseObject({
  id: z.string(),
  title: z.string(),
  by: z.string(),
  moved: z.number(),
  said: z.string(),
})
const wireSaid = z.looseObject({ text: z.string() })
const wireBeside = z.looseObject({ id: z.string() })
const wirePerson = z.looseObject({ id: z.string(), email: z.string() })
const receive = receiver('fakedesk')

/** A case of an invented provider, with what was said in it. What no log may tell begins with `secret`. */
export const makeCase = (n: number, rest: { readonly [key: string]: Json } = {}): Json => ({
  id: caseId(n),
  title: `secret title ${n}`,
  by: `person-${n % 7}`,
  moved: n,
  said: `secret words ${n}`,
  ...rest,
})

/** The remote id of a case; one of more cases than a page holds. */
export const caseId = (n: number): string => `case-${String(n).padStart(3, '0')}`

/** What the invented provider's cases become by some mapping, and the connector that maps so. */
export interface Mapping {
  readonly fromCase: (native: Json) => Change[]
  readonly fromPerson: (native: Json) => Change[]
  readonly connector: Connector
}

/** How cases and people are mapped: the later way knows more, names tags, and counts versions otherwise. */
export function mappingOf(way: 'earlier' | 'later'): Mapping {
  const isLater = way === 'later'
  const toMessage = (native: Json, beside: Json): Upsert<'message'> => {
    const { text } = receive(wireSaid, native, 'words').wire
    const { id } = receive(wireBeside, beside, 'words').wire
    const fields = isLater ? ({ text, type: 'NOTE' } as const) : {}
    return { ...upsert('message', `said-${id}`, { ticketRemoteId: id, ...fields }, { native }), beside }
  }
  const toTicket = (native: Json): Change[] => {
    const { id, title, by, moved } = receive(wireCase, native, 'cases').wire
    const fields = isLater ? { subject: title.toUpperCase(), contactRemoteId: by, tagRemoteIds: [by] } : {}
    const version = at(isLater ? moved * 2 : moved)
    return [...(isLater ? tagsNamed([by]) : []), upsert('ticket', id, fields, { native, version })]
  }
  const fromPerson = (native: Json): Change[] => {
    const { id, email } = receive(wirePerson, native, 'people').wire
    return [upsert('contact', id, isLater ? { email, emailVerified: true } : {}, { native })]
  }
  return {
    fromPerson,
    fromCase(native) {
      const { id, said } = receive(wireCase, native, 'cases').wire
      return [...toTicket(native), toMessage({ text: said }, { id })]
    },
    connector: {
      ...fakeConnector,
      remap: {
        contact: ({ native }) => fromPerson(native),
        tag: ({ remoteId }) => tagsNamed([remoteId]),
        ticket: ({ native }) => toTicket(native),
        message: ({ native, beside }) => [toMessage(native, beside)],
      },
    },
  }
}
