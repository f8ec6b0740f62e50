import type { FreshdeskTwin } from '../../twins/freshdesk/index.ts'
import type { Touch, World } from './driver.ts'
import type { Rest } from './freshdesk-rest.ts'
import { type Piece, pieceOf } from './intercom-rest.ts'

const seen = { seenByRun: true, announced: false }
const announced = { seenByRun: true, announced: true }

const idsOf = (pieces: readonly Piece[]): string[] => pieces.map((piece) => piece.text('id'))

/** The lists of an account's settings, and how their remote ids begin. */
const SETTINGS: Readonly<Record<string, readonly [path: string, type: string]>> = {
  products: ['/products', 'product'],
  slaPolicies: ['/sla_policies', 'sla_policy'],
  businessHours: ['/business_hours', 'schedule'],
}

const FIELD_LISTS = ['ticket', 'contact', 'company'] as const

/** What customers and agents do in the account. */
export async function openDesk(
  twin: FreshdeskTwin,
  rest: Rest,
): Promise<Pick<World, 'standing' | 'change' | 'remove' | 'customerWrites' | 'reach' | 'orphan'>> {
  const control = async (path: string): Promise<string[]> => {
    const ids = await twin.control('GET', path)
    return Array.isArray(ids) ? ids.map(String) : []
  }
  // What was in the archive before anybody looked is in no list; what goes there later stays where it is known.
  const archivedBefore = await control('/ids/archived')
  // Of the seed: what the suite's own cast has is made after it, and so never among the first.
  const seeded = async (kind: string): Promise<number> => Number((await control(`/ids/${kind}`))[3])

  const standing: World['standing'] = async (stream) => {
    const setting = SETTINGS[stream]
    if (setting) return idsOf(await rest.list(setting[0])).map((id) => `${setting[1]}/${id}`)
    switch (stream) {
      case 'fields': {
        const lists = FIELD_LISTS.map(async (of) =>
          (await rest.list(`/${of}_fields`)).map((each) => `field/${of}/${each.text('name')}`),
        )
        return (await Promise.all(lists)).flat()
      }
      case 'groups':
        return idsOf(await rest.list('/groups'))
      case 'ratings':
        return idsOf(await rest.list('/surveys/satisfaction_ratings?created_since=2020-01-01T00:00:00Z'))
      case 'timeEntries':
        return idsOf(await rest.list('/time_entries'))
      case 'contacts':
        return [...(await control('/ids/contacts')), ...idsOf(await rest.list('/contacts?state=blocked'))]
      case 'tickets': {
        const archived = (await control('/ids/archived')).filter((id) => !archivedBefore.includes(id))
        return [...(await control('/ids/tickets')), ...archived]
      }
      default:
        return control(`/ids/${stream}`)
    }
  }

  const touch = async (
    id: string | number,
    how: Omit<Touch, 'remoteId'>,
    act: () => Promise<unknown>,
  ): Promise<Touch> => {
    await act()
    return { remoteId: String(id), ...how }
  }

  /** Tickets that are open to be written into. */
  const someTicket = async (): Promise<number> => Number((await control('/ids/tickets'))[3])

  return {
    standing,
    async change(stream) {
      switch (stream) {
        case 'slaPolicies': {
          const [policy] = idsOf(await rest.list('/sla_policies'))
          const renamed = () => rest.put(`/sla_policies/${policy ?? ''}`, { name: 'Renamed by somebody' })
          return touch(`sla_policy/${policy ?? ''}`, seen, renamed)
        }
        case 'groups': {
          const id = idsOf(await rest.list('/groups')).at(-1) ?? ''
          return touch(id, seen, () => rest.put(`/groups/${id}`, { name: `Renamed by somebody ${Math.random()}` }))
        }
        case 'agents': {
          const agentId = await seeded('agents')
          const available = !(await rest.get(`/agents/${agentId}`)).flag('available')
          return touch(agentId, seen, () => twin.control('POST', '/agents/available', { agentId, available }))
        }
        case 'companies': {
          const id = await seeded('companies')
          return touch(id, seen, () => rest.put(`/companies/${id}`, { note: 'Written by somebody' }))
        }
        case 'contacts': {
          const id = await seeded('contacts')
          return touch(id, seen, () => rest.put(`/contacts/${id}`, { job_title: 'Renamed by somebody' }))
        }
        case 'tickets': {
          const ticketId = await someTicket()
          const reply = () => twin.control('POST', '/customers/reply', { ticketId, body: 'And another thing.' })
          return touch(ticketId, announced, reply)
        }
        case 'ratings': {
          const said = { ticketId: await someTicket(), rating: 103, feedback: 'Well done.' }
          return touch(pieceOf(await twin.control('POST', '/customers/rate', said)).text('id'), seen, async () => {})
        }
        case 'timeEntries': {
          const made = await rest.post(`/tickets/${await someTicket()}/time_entries`, { time_spent: '00:25' })
          return touch(made.text('id'), seen, async () => {})
        }
        default:
          return null
      }
    },
    async remove(stream) {
      switch (stream) {
        case 'groups': {
          const id = idsOf(await rest.list('/groups')).at(-1) ?? ''
          return touch(id, seen, () => rest.delete(`/groups/${id}`))
        }
        case 'agents': {
          const id = (await control('/ids/agents')).at(-1) ?? ''
          return touch(id, seen, () => rest.delete(`/agents/${id}`))
        }
        case 'companies': {
          const id = await seeded('companies')
          return touch(id, seen, () => rest.delete(`/companies/${id}`))
        }
        case 'contacts': {
          const id = await seeded('contacts')
          return touch(id, seen, () => rest.delete(`/contacts/${id}`))
        }
        case 'tickets': {
          const id = await someTicket()
          return touch(id, announced, () => rest.delete(`/tickets/${id}`))
        }
        case 'timeEntries': {
          const [id = ''] = idsOf(await rest.list('/time_entries'))
          return touch(id, seen, () => rest.delete(`/time_entries/${id}`))
        }
        default:
          return null
      }
    },
    async customerWrites({ thread, text }) {
      if (thread === null) {
        const opened = await twin.control('POST', '/customers/open', { body: text })
        return { kind: 'ticket', remoteId: pieceOf(opened).text('id') }
      }
      await twin.control('POST', '/customers/reply', { ticketId: Number(thread.remoteId), body: text })
      return thread
    },
    reach: () => Promise.reject(new Error('how far messages got is told by nothing')),
    async orphan() {
      const who = { email: 'forget.me@example.com', body: 'Forget me.' }
      const opened = pieceOf(await twin.control('POST', '/customers/open', who))
      await twin.control('POST', '/delete', { kind: 'contact', id: opened.number('requester_id'), purge: true })
      return { kind: 'ticket', remoteId: opened.text('id') }
    },
  }
}
